package io.metaplugins.agent;

import io.metaplugins.agent.drift.Beginnings;
import io.metaplugins.cni.CniException;
import io.metaplugins.cni.CniVersion;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.libc.Libc;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import io.metaplugins.netns.StrandedThreadError;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntSupplier;

/** Where requests are carried out, by the very code that a process of its own would use. */
final class Desk {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    private final Plugins plugins;
    private final Node node;
    private final Libc libc;
    private final Path logs;
    private final Beginnings beginnings;
    private final long home;

    /**
     * The node's namespace is the one that the calling thread is in.
     *
     * @param logs directory of logs: no request may have another file written
     * @param beginnings of what is done here
     */
    Desk(Plugins plugins, Node node, Libc libc, Path logs, Beginnings beginnings) {
        this.plugins = plugins;
        this.node = node;
        this.libc = libc;
        this.logs = logs;
        this.beginnings = beginnings;
        this.home = here();
    }

    /**
     * Carries a request out.
     *
     * @param descriptor of the pod's namespace, taken when it is needed; negative if there is none
     * @throws StrandedThreadError if the thread must end, since it is in a pod
     */
    Answer carryOut(Execution execution, IntSupplier descriptor) {
        beginnings.note(execution.container());
        return carryOut(execution, node.with(path -> opened(path, descriptor.getAsInt())));
    }

    /**
     * Carries out what was left in the spool, for which no descriptor is there any more. The pod's
     * part is undone only if the pod is the one that is on record.
     *
     * @param left when it was left there
     * @param patience how long it waits for others that are at work for the container
     * @throws StrandedThreadError if the thread must end, since it is in a pod
     */
    Answer carryOutLate(Execution execution, Instant left, Duration patience) {
        return carryOut(
                execution, node.asOf(left).withPodsOnRecord(execution.container(), patience));
    }

    /** Puts a request off until what was asked for before it is done. */
    static Answer putOff(Execution execution) {
        return failure(
                ErrorCode.TRY_AGAIN_LATER,
                "what was left to do for container "
                        + execution.container()
                        + " is not done yet: see the agent's log");
    }

    /** Carries a request out on a node that opens pods in its own way. */
    Answer carryOut(Execution execution, Node place) {
        if (plugins.named(execution.names()).isEmpty()) {
            return unknown(execution.names());
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status =
                plugins.main(execution.names(), place)
                        .loggingBelow(logs)
                        .run(
                                List.of(),
                                execution.environment(),
                                new ByteArrayInputStream(execution.input()),
                                new PrintStream(output, false, StandardCharsets.UTF_8),
                                new PrintStream(errors, true, StandardCharsets.UTF_8));
        if (status != SUCCESS && here() != home) {
            throw new StrandedThreadError(
                    "thread " + Thread.currentThread().getName() + " is in a pod");
        }
        return new Answer(
                status,
                output.toString(StandardCharsets.UTF_8),
                errors.toString(StandardCharsets.UTF_8));
    }

    private long here() {
        try (Netns own = Netns.current(libc)) {
            return own.id();
        }
    }

    private static Answer unknown(List<String> names) {
        return failure(
                ErrorCode.INVALID_NETWORK_CONFIG,
                "no plugin of this agent is called " + String.join(" or ", names));
    }

    private static Answer failure(ErrorCode code, String details) {
        CniException error = new CniException(code, details);
        return new Answer(FAILURE, error.toJson(CniVersion.latest()) + "\n", "");
    }

    /** The launcher opened it: here the path may be another's, and is only a name. */
    private Netns opened(Path path, int descriptor) {
        if (descriptor < 0) {
            throw new NetnsException("network namespace " + path + " could not be opened");
        }
        return Netns.ofDescriptor(libc, descriptor, path.toString());
    }
}
