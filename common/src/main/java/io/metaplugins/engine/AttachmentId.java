package io.metaplugins.engine;

import io.metaplugins.net.InterfaceName;

/**
 * Which attachment: what CNI's SPEC.md calls the key of an attachment (container ID and interface
 * name, unique within a network), and the plugin, since several plugins of a chain keep books.
 *
 * @param network the {@code name} of the network configuration
 * @param plugin our plugin: "router"
 * @param containerId {@code CNI_CONTAINERID}
 * @param ifName {@code CNI_IFNAME}
 */
public record AttachmentId(
        String network, String plugin, String containerId, InterfaceName ifName) {

    @Override
    public String toString() {
        return plugin + " of " + containerId + " " + ifName + " in " + network;
    }
}
