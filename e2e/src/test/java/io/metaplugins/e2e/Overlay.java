package io.metaplugins.e2e;

/** The cluster's default network, which gives each pod its eth0. */
interface Overlay {
    /** What the nodes have before there is any pod. */
    void install(Sandbox sandbox);

    /** The pod that gets more NICs. */
    OverlayPod pod();

    /** What a runtime's first attachment leaves: the pod's namespace, with eth0 up. */
    void addPod(Sandbox sandbox, OverlayPod pod);
}
