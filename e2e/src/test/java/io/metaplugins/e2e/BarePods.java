package io.metaplugins.e2e;

/**
 * Pods that have no NIC of the overlay, in a cluster that has one: the documented pod, whose first
 * NIC is a macvlan, and all others but the two that it talks to.
 */
final class BarePods implements Overlay {
    private static final OverlayPod POD =
            new OverlayPod(
                    "pod",
                    "node1",
                    "vethpod-contain",
                    new Dual("172.18.24.124", "fd00:172:18::24:124"));

    private final Calico calico = new Calico();

    @Override
    public void install(Sandbox sandbox) {
        calico.install(sandbox);
    }

    @Override
    public OverlayPod pod() {
        return POD;
    }

    @Override
    public void addPod(Sandbox sandbox, OverlayPod pod) {
        if (pod.equals(OverlayPod.SAME_NODE) || pod.equals(OverlayPod.OTHER_NODE)) {
            calico.addPod(sandbox, pod);
        } else {
            sandbox.run(pod.variables() + "ip netns add $pod; ip -n $pod link set lo up");
        }
    }
}
