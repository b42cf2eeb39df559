package io.metaplugins.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.net.IpFamily;
import io.metaplugins.testkit.Shell;
import java.util.List;

/** The documented pod in its cluster, and the runtime of its node, which gives it NICs. */
public final class PodOfManyNics implements AutoCloseable {
    private final Cluster cluster;
    private final CniRuntime runtime;

    private PodOfManyNics(Cluster cluster) {
        this.cluster = cluster;
        this.runtime = new CniRuntime(cluster.sandbox(), "node1", Plugins.unpacked());
    }

    /** A pod on the Calico-like overlay with its eth0 alone. */
    public static PodOfManyNics onCalico() {
        return new PodOfManyNics(Cluster.withCalico());
    }

    static PodOfManyNics on(Overlay overlay) {
        return new PodOfManyNics(Cluster.with(overlay));
    }

    /** A pod on the Calico-like overlay with these NICs. */
    static PodOfManyNics with(Nic... nics) {
        PodOfManyNics pod = onCalico();
        for (Nic nic : nics) {
            pod.add(nic);
        }
        return pod;
    }

    public Cluster cluster() {
        return cluster;
    }

    public CniRuntime runtime() {
        return runtime;
    }

    /** Gives the pod a NIC, by macvlan and a plugin of ours. */
    public JsonNode add(Nic nic) {
        JsonNode result = runtime.add(nic.attachment());
        cluster.addressed(nic.place(), nic.bareAddress());
        return result;
    }

    /**
     * Gives the pod a NIC by macvlan alone; its plugin of ours then has the result as {@code
     * prevResult}.
     */
    public void addByMacvlanAlone(Nic nic) {
        runtime.addOnly("macvlan", nic.attachment());
        cluster.addressed(nic.place(), nic.bareAddress());
    }

    public List<Flow> walk(List<Flow> flows, IpFamily family) {
        return cluster.walk(flows, family);
    }

    /** What router, or another plugin, says that it would do. */
    public Shell.Output explain(Attachment attachment) {
        return explain("router", attachment);
    }

    Shell.Output explain(String plugin, Attachment attachment) {
        return cluster.sandbox()
                .execute(
                        "node1",
                        List.of(Plugins.unpacked().executable(plugin), "--explain"),
                        runtime.configuration(attachment, plugin).toString(),
                        attachment.environment());
    }

    /** Runs a command line in the pod. */
    public String inPod(String line) {
        return cluster.sandbox().run("pod", line);
    }

    /** Runs a command line on the pod's node. */
    public String onNode(String line) {
        return cluster.sandbox().run("node1", line);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
