package io.metaplugins.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An agent's process on a node, as its service manager sees it. */
final class NodeAgent implements AutoCloseable {
    private static final String SERVES = "serves at";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Process entering;
    private final ProcessHandle process;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch serving = new CountDownLatch(1);
    private final Thread reader;

    private NodeAgent(Process entering, ProcessHandle process) {
        this.entering = entering;
        this.process = process;
        this.reader = Thread.ofPlatform().name("log of the agent").start(this::read);
    }

    /**
     * Starts one, and does not wait for it.
     *
     * @param around what executes it: nothing, or {@code unshare} and the like
     * @param options of the agent
     */
    static NodeAgent start(
            Sandbox sandbox,
            Path plugins,
            List<String> around,
            List<String> options,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "echo; exec \"$@\"", "agent"));
        command.addAll(around);
        command.addAll(List.of(plugins.resolve("meta-plugins/meta-plugins").toString(), "agent"));
        command.addAll(options);
        Process entering = sandbox.start("node1", command, environment);
        try {
            // The line tells that nsenter has made the process that becomes the agent.
            if (entering.inputReader().readLine() == null) {
                throw new AssertionError("no agent was started");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NodeAgent(entering, entering.children().findFirst().orElseThrow());
    }

    private void read() {
        try (BufferedReader lines = entering.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (line.contains(SERVES)) {
                    serving.countDown();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            serving.countDown(); // Nor will it ever.
        }
    }

    /** Waits until it says that it serves, or is gone. */
    NodeAgent awaitService() {
        try {
            serving.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (log.stream().noneMatch(line -> line.contains(SERVES))) {
            throw new AssertionError("the agent does not serve: " + log);
        }
        return this;
    }

    /** Waits until it has logged a line with that in it. */
    NodeAgent awaitLine(String text) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (log.stream().noneMatch(line -> line.contains(text))) {
            if (!reader.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("the agent never said '" + text + "': " + log);
            }
            Thread.onSpinWait();
        }
        return this;
    }

    /** What it has written to standard error. */
    List<String> log() {
        return List.copyOf(log);
    }

    boolean isAlive() {
        return entering.isAlive();
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** {@code SIGTERM}, and what follows. */
    int stop() {
        terminate();
        return awaitEnd();
    }

    void terminate() {
        process.destroy();
    }

    int awaitEnd() {
        try {
            int status = entering.waitFor();
            reader.join();
            return status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Whether it ends by itself within a time. */
    boolean awaitEnd(long milliseconds) {
        try {
            return entering.waitFor(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Whether it has the namespace of a pod open. */
    boolean holdsAPod() {
        String own = "net:[" + ownNamespace() + "]";
        return descriptors().stream()
                .anyMatch(each -> each.startsWith("net:") && !each.equals(own));
    }

    /** Waits until it has looked at all that changed, and holds no pod. */
    void awaitNoPodHeld() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (holdsAPod()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the agent holds a pod: " + descriptors());
            }
            Thread.onSpinWait();
        }
    }

    private String ownNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/net"))
                    .toString()
                    .replaceAll("\\D", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What its descriptors are of: {@code socket:[1]}, {@code net:[2]}, {@code /run/…}. */
    List<String> descriptors() {
        List<String> all = new ArrayList<>();
        for (Path descriptor : list("fd")) {
            try {
                all.add(Files.readSymbolicLink(descriptor).toString());
            } catch (IOException e) {
                all.add("closed meanwhile");
            }
        }
        return all;
    }

    int threads() {
        return list("task").size();
    }

    private List<Path> list(String what) {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + process.pid(), what))) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
