package io.metaplugins.e2e;

import java.util.Map;

/**
 * One NIC of one container, as a runtime knows it.
 *
 * @param conflist the list of plugins that makes it, in the form of SPEC.md section 1
 * @param container the runtime's name of the container
 * @param netns the namespace's name for {@code ip netns}
 */
public record Attachment(String conflist, String container, String netns, String ifname) {
    /** The variables by which a plugin is told of it. */
    public Map<String, String> environment() {
        return Map.of(
                "CNI_CONTAINERID",
                container,
                "CNI_NETNS",
                Sandbox.path(netns),
                "CNI_IFNAME",
                ifname,
                "CNI_ARGS",
                "IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=demo");
    }
}
