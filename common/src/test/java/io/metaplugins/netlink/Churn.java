package io.metaplugins.netlink;

import io.metaplugins.testkit.TestNetns;
import java.io.IOException;
import java.util.List;

/** Somebody else who changes a namespace all the time, until it is closed. */
record Churn(Process process) implements AutoCloseable {

    static Churn start(TestNetns netns, String command) throws IOException {
        List<String> loop = netns.inside("sh", "-c", "while :; do " + command + "; done");
        return new Churn(
                new ProcessBuilder(loop)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
