package io.metaplugins.e2e;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A corner of this machine with mounts, processes and networks of its own, in which a whole cluster
 * can live: even what the plugins take for the host is disposable. {@code /run} and {@code
 * /var/log} start empty here.
 *
 * <p>A process holds it open and reads a pipe from this one, so it ends with this process, however
 * that ends, and everything in it ends then too.
 */
public final class Sandbox implements AutoCloseable {
    private static final String HOLD =
            """
            mount -t tmpfs run /run
            mount -t tmpfs log /var/log
            mkdir /run/netns
            echo ready
            exec cat
            """;

    private final Process holder;
    private final long pid;

    private Sandbox(Process holder, long pid) {
        this.holder = holder;
        this.pid = pid;
    }

    /** Makes an empty one, with no namespace but its own. */
    public static Sandbox open() {
        try {
            Process holder =
                    new ProcessBuilder(
                                    "unshare",
                                    "--net",
                                    "--mount",
                                    "--pid",
                                    "--fork",
                                    "--mount-proc",
                                    "--kill-child",
                                    "sh",
                                    "-ec",
                                    HOLD)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String first = holder.inputReader().readLine();
            if (!"ready".equals(first)) {
                throw new AssertionError("no private namespaces here: are you root?");
            }
            long pid = holder.children().findFirst().orElseThrow().pid();
            return new Sandbox(holder, pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a script of {@code sh} in a namespace of {@code ip netns}, and gives what it printed.
     */
    public String run(String netns, String script) {
        return Shell.run(inside(netns, List.of("sh", "-ec", script)).toArray(String[]::new));
    }

    /** Runs a script that may fail. */
    public Shell.Output attempt(String netns, String script) {
        return Shell.attempt(inside(netns, List.of("sh", "-ec", script)), "", Map.of());
    }

    /** Runs a script in the sandbox's own namespace, where others are named by {@code ip -n}. */
    public String run(String script) {
        return Shell.run(inside(List.of("sh", "-ec", script)).toArray(String[]::new));
    }

    /** Executes a program in a namespace, as a runtime executes a plugin. */
    public Shell.Output execute(
            String netns, List<String> command, String stdin, Map<String, String> environment) {
        return Shell.attempt(inside(netns, command), stdin, environment);
    }

    /** Starts a program in a namespace, and leaves it to the caller. */
    Process start(String netns, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(inside(netns, command));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where this process finds what has that path inside. */
    Path outside(String path) {
        return Path.of("/proc/" + pid + "/root" + path);
    }

    /** The path of a namespace, as seen inside. */
    public static String path(String netns) {
        return "/run/netns/" + netns;
    }

    private List<String> inside(String netns, List<String> command) {
        // nsenter opens the path before it enters the mounts in which the path exists.
        String network = "--net=/proc/" + pid + "/root" + path(netns);
        List<String> whole = enter();
        whole.add(network);
        whole.add("--");
        whole.addAll(command);
        return whole;
    }

    private List<String> inside(List<String> command) {
        List<String> whole = enter();
        whole.addAll(List.of("--net", "--"));
        whole.addAll(command);
        return whole;
    }

    private List<String> enter() {
        return new ArrayList<>(
                List.of("nsenter", "--target", Long.toString(pid), "--mount", "--pid"));
    }

    @Override
    public void close() {
        try {
            holder.getOutputStream().close();
            holder.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
