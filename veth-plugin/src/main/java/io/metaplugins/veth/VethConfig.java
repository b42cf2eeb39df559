package io.metaplugins.veth;

import io.metaplugins.cni.ConfigKey;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.plugin.NicKeys;
import io.metaplugins.pod.NicSettings;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the veth plugin, valid and with its defaults.
 *
 * @param nic what is said of the NIC
 * @param linkAddress {@code veth_link_address}: an address of its own for the pod's end of the
 *     pair, which service meshes want there; null for none
 * @param mtu {@code veth_mtu}: of the pair, bytes; null for that of the NIC
 */
public record VethConfig(NicSettings nic, @Nullable Cidr linkAddress, @Nullable Integer mtu) {
    // linux/if_ether.h, ETH_MIN_MTU; linux/if_ether.h, ETH_MAX_MTU.
    private static final int LEAST_MTU = 68;
    private static final int LARGEST_MTU = 65535;

    /** Reads all keys; what is wrong with them is gathered in the reader. */
    static VethConfig read(ConfigReader reader) {
        return read(reader, NicKeys.read(reader, /* replyPath= */ true));
    }

    /** Reads the keys that are not of the NIC; what is wrong with them is gathered. */
    public static VethConfig read(ConfigReader reader, NicSettings nic) {
        return new VethConfig(
                nic,
                linkAddress(reader.key("veth_link_address", "vethLinkAddress")),
                mtu(reader.key("veth_mtu", "vethMTU")));
    }

    private static @Nullable Cidr linkAddress(ConfigKey key) {
        return key.isEmpty()
                ? null
                : key.parsed(VethConfig::address, "an address such as 169.254.100.1");
    }

    /** With a prefix length or without, the address is on that end alone. */
    private static Cidr address(String text) {
        IpAddress address =
                text.indexOf('/') < 0 ? IpAddress.parse(text) : Cidr.parse(text).address();
        return address.toHostCidr();
    }

    private static @Nullable Integer mtu(ConfigKey key) {
        Long bytes = key.wholeNumber(0, LARGEST_MTU);
        if (bytes == null || bytes == 0) {
            return null; // Coordinator writes 0 for "not set".
        }
        if (bytes < LEAST_MTU) {
            key.refuse("0, or bytes from " + LEAST_MTU + " to " + LARGEST_MTU);
        }
        return bytes.intValue();
    }
}
