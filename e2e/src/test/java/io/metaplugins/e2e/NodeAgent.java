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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An agent's process on a node, as its service manager sees it. */
final class NodeAgent implements AutoCloseable {
    private static final String SERVES = "serves at";

    /** What it is given from SIGTERM to its end. */
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

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
            if (!serving.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the agent neither serves nor ends: " + log);
            }
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
        Patience.until(() -> !reader.isAlive() || says(text), "it says '" + text + "'", this::log);
        if (!says(text)) {
            throw new AssertionError("the agent ended and never said '" + text + "': " + log);
        }
        return this;
    }

    private boolean says(String text) {
        return log.stream().anyMatch(line -> line.contains(text));
    }

    /** What it has written to standard error. */
    List<String> log() {
        return List.copyOf(log);
    }

    long pid() {
        return process.pid();
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
        return awaitEnd(Patience.LONG);
    }

    /** {@code SIGTERM}, and the end that must follow in time, whatever it is at. */
    int stopInTime() {
        terminate();
        return awaitEnd(LONGEST_END);
    }

    private int awaitEnd(Duration limit) {
        if (!awaitEnd(limit.toMillis())) {
            throw new AssertionError("the agent did not end within " + limit + ": " + log);
        }
        try {
            reader.join();
            return entering.exitValue();
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

    /**
     * Whether it has a namespace open that is not its own. A descriptor of one may be called by a
     * path, {@code net:[1]}, or another way, so it is looked at what it is.
     */
    boolean holdsAPod() {
        Map<String, Object> own = identity(Path.of("/proc/" + process.pid() + "/ns/net"));
        return list("fd").stream()
                .map(NodeAgent::identity)
                .anyMatch(each ->
                        Objects.equals(each.get("dev"), own.get("dev")) && !each.equals(own));
    }

    private static Map<String, Object> identity(Path file) {
        try {
            return Files.readAttributes(file, "unix:dev,ino");
        } catch (IOException e) {
            return Map.of(); // It was closed meanwhile.
        }
    }

    /** Waits until it is at work for a pod. */
    NodeAgent awaitPodHeld() {
        Patience.until(this::holdsAPod, "the agent has a pod open", this::descriptors);
        return this;
    }

    /** Waits until it has looked at all that changed, and holds no pod. */
    void awaitNoPodHeld() {
        Patience.until(() -> !holdsAPod(), "the agent has no pod open", this::descriptors);
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

    /** {@code Threads} of its status: all of its process. */
    int threads() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String line =
                    lines.filter(each -> each.startsWith("Threads:")).findFirst().orElseThrow();
            return Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of its threads that serve launchers. */
    long workers() {
        return list("task").stream().filter(each -> isWorker(each.resolve("comm"))).count();
    }

    private static boolean isWorker(Path name) {
        try {
            return Files.readString(name).startsWith("worker-");
        } catch (IOException e) {
            return false; // It ended meanwhile.
        }
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
