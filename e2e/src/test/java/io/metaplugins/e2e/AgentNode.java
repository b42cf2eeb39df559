package io.metaplugins.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A node on which nothing is installed but launchers, so that all depends on the agent, and pods
 * whose NICs are macvlan's alone so far.
 */
final class AgentNode implements AutoCloseable {
    static final String SOCKET = "/run/meta-plugins/agent.sock";
    private static final String ROUTER = "router";
    static final String SPOOL = "/run/meta-plugins/spool";

    private static final String NODE =
            """
            ip netns add node1
            ip -n node1 link set lo up
            ip netns exec node1 sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \\
              net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
            ip -n node1 -batch - <<END
            link add eth0 up type veth peer name wire
            link set wire up
            address add 172.18.0.2/16 dev eth0
            address add fd00:172:18::2/64 dev eth0
            route add default via 172.18.0.1
            route add default via fd00:172:18::1
            END
            """;

    private final Sandbox sandbox;
    private final Overlay overlay = new Calico();
    private final Path launchers;
    private final CniRuntime runtime;
    private final List<NodeAgent> agents = new ArrayList<>();
    private int pods;

    private AgentNode(Sandbox sandbox, Path launchers) {
        this.sandbox = sandbox;
        this.launchers = launchers;
        this.runtime =
                new CniRuntime(sandbox, "node1", new Plugins(launchers))
                        .with(Map.of("META_PLUGINS_WAIT", "60"));
    }

    static AgentNode open() {
        try {
            Path launchers = Files.createTempDirectory("launchers");
            Files.copy(Plugins.unpacked().ours().resolve(ROUTER), launchers.resolve(ROUTER));
            Sandbox sandbox = Sandbox.open();
            sandbox.run(NODE);
            return new AgentNode(sandbox, launchers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts an agent, and waits until it serves. */
    NodeAgent serve(String... options) {
        return start(options).awaitService();
    }

    /** Starts an agent, which must not be there when this is closed. */
    NodeAgent start(String... options) {
        return start(Plugins.unpacked().ours(), List.of(), Map.of(), options);
    }

    NodeAgent start(
            Path plugins, List<String> around, Map<String, String> environment, String... options) {
        NodeAgent agent = NodeAgent.start(sandbox, plugins, around, List.of(options), environment);
        agents.add(agent);
        return agent;
    }

    /** The one that was started last. */
    NodeAgent agent() {
        return agents.getLast();
    }

    /** A pod with its NIC by macvlan alone. */
    Attachment addPod() {
        int number = ++pods;
        OverlayPod pod =
                new OverlayPod(
                        "pod" + number,
                        "node1",
                        "cali00000000a%02d".formatted(number),
                        new Dual("10.244.1." + (20 + number), "fd00:10:244:1::" + (20 + number)));
        overlay.addPod(sandbox, pod);
        Attachment attachment = Nic.net1().numbered(number).attachment(pod);
        runtime.addOnly("macvlan", attachment);
        return attachment;
    }

    /** Executes our plugin's launcher. */
    Shell.Output ask(String verb, Attachment attachment) {
        return ask(runtime, verb, attachment);
    }

    /** Executes it with the patience of a runtime that has little. */
    Shell.Output ask(String verb, Attachment attachment, String wait, String timeout) {
        return ask(
                runtime.with(Map.of("META_PLUGINS_WAIT", wait, "META_PLUGINS_TIMEOUT", timeout)),
                verb,
                attachment);
    }

    /** Executes it at the same time as others, on a thread of its own. */
    CompletableFuture<Shell.Output> asking(String verb, Attachment attachment) {
        return asking(() -> ask(verb, attachment));
    }

    CompletableFuture<Shell.Output> asking(
            String verb, Attachment attachment, String wait, String timeout) {
        return asking(() -> ask(verb, attachment, wait, timeout));
    }

    private static CompletableFuture<Shell.Output> asking(Supplier<Shell.Output> question) {
        return CompletableFuture.supplyAsync(question, task -> Thread.ofPlatform().start(task));
    }

    private Shell.Output ask(CniRuntime by, String verb, Attachment attachment) {
        return by.attempt(verb, ROUTER, attachment);
    }

    CniRuntime runtime() {
        return runtime;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path launchers() {
        return launchers;
    }

    String run(String line) {
        return sandbox.run("node1", line);
    }

    /** All that depends on our plugin: on the node, and in the pods. */
    List<String> picture(Attachment... pods) {
        List<String> all = new ArrayList<>(Cluster.picture(sandbox, "node1"));
        for (Attachment pod : pods) {
            all.addAll(Cluster.picture(sandbox, pod.netns()));
        }
        return all;
    }

    /** The files that are there for a time only. */
    List<String> leftBehind() {
        return run("find /run/meta-plugins -type f ! -name '*.lock' ! -name .lock | sort")
                .lines()
                .toList();
    }

    List<String> spooled() {
        return run("ls -A " + SPOOL + " 2>/dev/null || :").lines().toList();
    }

    /** Connects as root, and as nobody's launcher. */
    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(sandbox.outside(SOCKET)));
        return channel;
    }

    /** Sends bytes as they are, unless nobody wants them, and gives what comes back. */
    byte[] exchange(byte[] bytes) throws IOException {
        try (SocketChannel channel = connect()) {
            try {
                send(channel, bytes);
                channel.shutdownOutput();
            } catch (IOException e) {
                return receive(channel); // An agent that refuses does not read on.
            }
            return receive(channel);
        }
    }

    /** How many requests wait for others of their container, as the agent tells it. */
    int queue() {
        byte[] status = "status\0".getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] answer = exchange(AgentFrame.frame(1, AgentFrame.CONTROL, status));
            return new ObjectMapper().readTree(AgentFrame.text(answer)).path("queue").intValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitQueue(int length) {
        Patience.until(() -> queue() == length, "requests wait: " + length, this::queue);
    }

    static void send(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    static byte[] receive(SocketChannel channel) throws IOException {
        ByteBuffer room = ByteBuffer.allocate(1 << 16);
        try {
            while (channel.read(room) >= 0) {
                if (!room.hasRemaining()) {
                    throw new AssertionError("the answer is too long");
                }
            }
        } catch (SocketException e) {
            return received(room); // It was closed with something left unread, after the answer.
        }
        return received(room);
    }

    private static byte[] received(ByteBuffer room) {
        byte[] bytes = new byte[room.position()];
        room.get(0, bytes);
        return bytes;
    }

    /** Kills all that were started. */
    void endAgents() {
        agents.forEach(NodeAgent::close);
        agents.clear();
    }

    @Override
    public void close() {
        endAgents();
        sandbox.close();
        try {
            Files.delete(launchers.resolve(ROUTER));
            Files.delete(launchers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
