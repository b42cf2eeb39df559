package io.metaplugins.probe;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import java.util.Set;

/**
 * The NIC that asks and tells: on Ethernet, and up.
 *
 * @param name for messages
 * @param index its number in its namespace
 * @param mac its own address; what comes from there is nobody else's word
 * @param siblings the addresses of the namespace's other NICs, which may be on the same segment and
 *     answer for this one, as Linux does unless {@code arp_ignore} says otherwise
 */
public record Nic(InterfaceName name, int index, MacAddress mac, Set<MacAddress> siblings) {
    public Nic {
        siblings = Set.copyOf(siblings);
    }

    /** Whether the address is the namespace's own. */
    boolean isOwn(MacAddress other) {
        return mac.equals(other) || siblings.contains(other);
    }
}
