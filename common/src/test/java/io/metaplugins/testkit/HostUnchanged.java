package io.metaplugins.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves the host other than it was before: a link, address, route, rule,
 * permanent neighbour, sysctl, packet filter, named namespace, file in {@code /run} or process.
 */
public final class HostUnchanged implements BeforeEachCallback, AfterEachCallback {
    private static final String LOOK =
            """
            ip -o link
            ip -o address | sed -E 's/(valid_lft|preferred_lft) [0-9]+sec//g'
            ip -4 route show table all
            ip -6 route show table all | sed -E 's/expires [0-9]+sec//'
            ip -4 rule
            ip -6 rule
            ip neighbour show nud permanent
            nft --stateless list ruleset
            ip netns list | sort
            find /run ! -type d | sort
            grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf | sort
            """;

    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(HostUnchanged.class);

    private final Duration patience;

    /** The kernel takes a namespace apart some time after the last process has left it. */
    public HostUnchanged() {
        this(Duration.ofSeconds(10));
    }

    HostUnchanged(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(STORE).put(context.getUniqueId(), look());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void afterEach(ExtensionContext context) {
        List<String> before =
                (List<String>) context.getStore(STORE).remove(context.getUniqueId(), List.class);
        long start = System.nanoTime();
        List<String> changes = changes(before, look());
        while (!changes.isEmpty() && System.nanoTime() - start < patience.toNanos()) {
            changes = changes(before, look());
        }
        if (!changes.isEmpty()) {
            throw new AssertionError(
                    "the test left the host changed:\n" + String.join("\n", changes));
        }
    }

    private static List<String> look() {
        List<String> lines = new ArrayList<>(Shell.run("sh", "-c", LOOK).lines().toList());
        TreeMap<Long, String> processes = new TreeMap<>();
        ProcessHandle.allProcesses()
                .forEach(p -> processes.put(p.pid(), p.info().command().orElse("")));
        processes.forEach((pid, command) -> lines.add("process " + pid + " " + command));
        return lines;
    }

    private static List<String> changes(List<String> before, List<String> after) {
        List<String> changes = new ArrayList<>();
        List<String> left = new ArrayList<>(after);
        for (String line : before) {
            if (!left.remove(line)) {
                changes.add("- " + line);
            }
        }
        left.forEach(line -> changes.add("+ " + line));
        return changes;
    }
}
