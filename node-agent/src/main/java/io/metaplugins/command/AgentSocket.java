package io.metaplugins.command;

import io.metaplugins.agent.ControlCall;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where the node's agent listens, and where its launchers leave what it has missed. */
record AgentSocket(Path socket, Path spool) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** As the launchers find them: by the environment, else below the directory of the records. */
    static AgentSocket of(Surroundings surroundings) {
        return new AgentSocket(
                path(surroundings, "META_PLUGINS_SOCKET", "agent.sock"),
                path(surroundings, "META_PLUGINS_SPOOL", "spool"));
    }

    private static Path path(Surroundings surroundings, String variable, String name) {
        String told = surroundings.environment().getOrDefault(variable, "");
        return told.isEmpty() ? surroundings.run().resolve(name) : Path.of(told);
    }

    /**
     * Tells the agent to do something.
     *
     * @throws IOException if none answers
     */
    ControlCall.Told tell(String... words) throws IOException {
        return ControlCall.make(socket, List.of(words), PATIENCE);
    }

    /** Whether somebody listens there. */
    boolean isServed() {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** How many requests wait for an agent. */
    int waiting() throws IOException {
        if (!Files.isDirectory(spool)) {
            return 0;
        }
        try (var requests = Files.newDirectoryStream(spool, "*.request")) {
            int count = 0;
            for (Path _ : requests) {
                count++;
            }
            return count;
        }
    }
}
