package io.metaplugins.agent.drift;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a keeper found and did, for any thread to read. */
public final class Tally {
    private final ConcurrentMap<Kind, LongAdder> changes = new ConcurrentHashMap<>();
    private final LongAdder fullPasses = new LongAdder();
    private final LongAdder looks = new LongAdder();
    private final LongAdder missed = new LongAdder();
    private final LongAdder collected = new LongAdder();
    private final LongAdder quarrels = new LongAdder();
    private volatile @Nullable FullPass last;

    /** What became of something that others had changed. */
    public enum Outcome {
        /** It is as it was wished again. */
        REPAIRED,
        /** The kernel refused. */
        REFUSED,
        /** It was told in the log only. */
        LOGGED
    }

    /**
     * What is counted apart.
     *
     * @param plugin whose attachment it was of: "router"
     * @param object "link", "address", "route", "rule", "neighbour", "sysctl" or "packet-filter"
     */
    public record Kind(String plugin, String object, Outcome outcome) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            int byPlugin = plugin.compareTo(other.plugin);
            int byObject = byPlugin == 0 ? object.compareTo(other.object) : byPlugin;
            return byObject == 0 ? outcome.compareTo(other.outcome) : byObject;
        }
    }

    void count(String plugin, KernelObject object, Outcome outcome) {
        changes.computeIfAbsent(new Kind(plugin, name(object), outcome), _ -> new LongAdder())
                .increment();
    }

    private static String name(KernelObject object) {
        return switch (object) {
            case Link _ -> "link";
            case Address _ -> "address";
            case Route _ -> "route";
            case Rule _ -> "rule";
            case Neighbour _ -> "neighbour";
            case Sysctl _ -> "sysctl";
            case NftRule _ -> "packet-filter";
        };
    }

    /**
     * How a look at everything went.
     *
     * @param end when it was over
     * @param attachments how many were looked at
     * @param deviations how much of what they wish did not hold
     * @param problem why it was broken off; empty if it was not
     */
    public record FullPass(Instant end, int attachments, int deviations, String problem) {}

    void countFullPass(int attachments, int deviations) {
        last = new FullPass(Instant.now(), attachments, deviations, "");
        fullPasses.increment();
    }

    void breakOffFullPass(int attachments, String problem) {
        last = new FullPass(Instant.now(), attachments, 0, problem);
    }

    void countLook() {
        looks.increment();
    }

    void countMissed() {
        missed.increment();
    }

    void countCollected() {
        collected.increment();
    }

    void countQuarrel() {
        quarrels.increment();
    }

    /** What others had changed, by kind. */
    public Map<Kind, Long> changes() {
        Map<Kind, Long> counts = new TreeMap<>();
        changes.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    /** The last look at everything; null if there was none yet. */
    public @Nullable FullPass lastFullPass() {
        return last;
    }

    /** Looks at everything. */
    public long fullPasses() {
        return fullPasses.sum();
    }

    /** Looks at a pod, or at what concerns attachments of the node. */
    public long looks() {
        return looks.sum();
    }

    /** How often more was told than could be heard. */
    public long missed() {
        return missed.sum();
    }

    /** Attachments that were taken apart since their pods were gone. */
    public long collected() {
        return collected.sum();
    }

    /** How often another owner made us give way. */
    public long quarrels() {
        return quarrels.sum();
    }
}
