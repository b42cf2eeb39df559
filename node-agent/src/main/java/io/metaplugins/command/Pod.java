package io.metaplugins.command;

import io.metaplugins.cni.CniArgs;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is on record of one container.
 *
 * @param containerId of the runtime
 * @param name {@code namespace/name} of Kubernetes; null if no runtime told
 * @param receipts of its attachments, the oldest first
 */
record Pod(String containerId, @Nullable String name, List<Receipt> receipts) {
    private static final int SHORT_ID = 12;

    Pod {
        receipts = receipts.stream().sorted(Comparator.comparing(Receipt::time)).toList();
    }

    static Pod of(String containerId, List<Receipt> receipts) {
        String name = null;
        for (Receipt receipt : receipts) {
            name = name == null ? nameOf(receipt) : name;
        }
        return new Pod(containerId, name, receipts);
    }

    /** Whose attachment it is, as Kubernetes calls it. */
    static @Nullable String nameOf(Receipt receipt) {
        Origin origin = receipt.origin();
        CniArgs args = CniArgs.parse(origin == null ? "" : origin.args(), new ArrayList<>());
        return args.podName()
                .map(name -> args.podNamespace().orElse("default") + "/" + name)
                .orElse(null);
    }

    /** As runtimes shorten it. */
    static String shortened(String containerId) {
        return containerId.length() > SHORT_ID ? containerId.substring(0, SHORT_ID) : containerId;
    }

    /** Whether a person who says this means this pod, and no other with a longer name. */
    boolean isCalled(String text) {
        return text.equals(containerId) || text.equals(name);
    }

    /** Whether a person who says this may mean this pod. */
    boolean maybeCalled(String text) {
        return containerId.startsWith(text) || (name != null && name.endsWith("/" + text));
    }

    @Override
    public String toString() {
        String id = shortened(containerId);
        return name == null ? id : name + " (" + id + ")";
    }
}
