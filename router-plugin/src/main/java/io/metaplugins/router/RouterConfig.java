package io.metaplugins.router;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plugin.NicKeys;
import io.metaplugins.pod.NicSettings;

/**
 * The configuration of the router plugin, valid and with its defaults.
 *
 * @param nic what is said of the NIC
 * @param overlayInterface {@code overlay_interface}: the pod's NIC in the overlay
 * @param sriov {@code sriov}: the NICs reach the node by themselves, nothing is set on the node
 */
public record RouterConfig(NicSettings nic, InterfaceName overlayInterface, boolean sriov) {

    /** Reads all keys; what is wrong with them is gathered in the reader. */
    static RouterConfig read(ConfigReader reader) {
        return read(reader, NicKeys.read(reader, /* replyPath= */ false));
    }

    /** Reads the keys that are not of the NIC; what is wrong with them is gathered. */
    public static RouterConfig read(ConfigReader reader, NicSettings nic) {
        return new RouterConfig(
                nic,
                reader.key("overlay_interface", "podDefaultCniNic")
                        .parsed(InterfaceName::new, "an interface name", new InterfaceName("eth0")),
                reader.key("sriov").bool(false));
    }
}
