package io.metaplugins.probe;

import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;

/**
 * Another host was seen with an address.
 *
 * @param address that it holds, or probes for
 * @param holder its MAC address
 * @param evidence by what it was seen
 */
public record Sighting(IpAddress address, MacAddress holder, Evidence evidence) {

    /** As in "172.18.24.124 at 0a:1b:ac:12:18:7c (ARP reply)". */
    @Override
    public String toString() {
        return address + " at " + holder + " (" + evidence + ")";
    }
}
