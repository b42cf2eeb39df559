package io.metaplugins.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A network namespace, known to {@code ip netns}, that ends with the test. */
public final class TestNetns implements AutoCloseable {
    private final String name;

    private TestNetns(String name) {
        this.name = name;
    }

    /**
     * Makes a namespace with its loopback up; the role is part of the name, for a person's eyes.
     */
    public static TestNetns create(String role) {
        String name = "mp-" + role + "-" + UUID.randomUUID().toString().substring(0, 8);
        Shell.run("ip", "netns", "add", name);
        TestNetns netns = new TestNetns(name);
        netns.run("ip", "link", "set", "lo", "up");
        return netns;
    }

    public String name() {
        return name;
    }

    /** The path that a runtime would hand over as CNI_NETNS. */
    public Path path() {
        return Path.of("/run/netns", name);
    }

    /** Runs a command inside that must succeed, and gives its standard output. */
    public String run(String... command) {
        return Shell.run(inside(command).toArray(String[]::new));
    }

    /** Runs a command inside that may fail. */
    public Shell.Output attempt(String stdin, Map<String, String> environment, String... command) {
        return Shell.attempt(inside(command), stdin, environment);
    }

    /**
     * The command that runs another one inside, with this namespace's network and no other change.
     */
    public List<String> inside(String... command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    @Override
    public void close() {
        Shell.run("ip", "netns", "delete", name);
    }
}
