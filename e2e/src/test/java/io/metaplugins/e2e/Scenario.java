package io.metaplugins.e2e;

import java.util.List;
import java.util.Locale;

/** Each of our plugins with a pod that needs it: what holds for one must hold for all. */
public enum Scenario {
    /** A pod with an overlay NIC gets net1, and then net2. */
    ROUTER,
    /** A pod without any NIC gets eth0, and then net1. */
    VETH;

    /** The cluster with the pod as it is before our plugin comes. */
    PodOfManyNics open() {
        return switch (this) {
            case ROUTER -> PodOfManyNics.onCalico();
            case VETH -> PodOfManyNics.on(new BarePods());
        };
    }

    String plugin() {
        return name().toLowerCase(Locale.ROOT);
    }

    Nic first() {
        return switch (this) {
            case ROUTER -> Nic.net1();
            case VETH -> Nic.eth0();
        };
    }

    Nic second() {
        return switch (this) {
            case ROUTER -> Nic.net2();
            case VETH -> Nic.net1().by("veth");
        };
    }

    /** What goes where with the first NIC alone. */
    List<Flow> flowsOfFirst() {
        return switch (this) {
            case ROUTER -> Flows.ofPodWithNet1();
            case VETH -> Flows.ofMacvlanPod();
        };
    }

    /** What goes where when the first NIC went and the second one stayed. */
    List<Flow> flowsOfSecond() {
        return switch (this) {
            case ROUTER ->
                    List.of(
                            new Flow(Place.POD, Place.OUTSIDE, "net2", "net2"),
                            new Flow(Place.POD, Place.SERVICE_OTHER_NODE, "eth0", "eth0"),
                            new Flow(Place.NODE, Place.NET2, "eth0", "eth0"),
                            new Flow(Place.OUTSIDE, Place.NET2, "net2", "net2"));
            case VETH ->
                    List.of(
                            new Flow(Place.NODE, Place.NET1, "veth0", "veth0"),
                            new Flow(Place.NET1, Place.SERVICE_OTHER_NODE, "veth0", "veth0"),
                            new Flow(Place.OUTSIDE, Place.NET1, "net1", "net1"));
        };
    }

    Attachment attachment() {
        return first().attachment();
    }
}
