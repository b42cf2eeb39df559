package io.metaplugins.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the commands that witness what we did: {@code ip}, {@code nft}, {@code ping} …. */
public final class Shell {
    private static final long LIMIT_SECONDS = 60;

    private Shell() {}

    /** What a command left: its exit status and all it printed. */
    public record Output(int status, String stdout, String stderr) {
        public boolean succeeded() {
            return status == 0;
        }
    }

    /**
     * Runs a command that must succeed.
     *
     * @return its standard output
     */
    public static String run(String... command) {
        Output output = attempt(List.of(command), "", Map.of());
        if (!output.succeeded()) {
            throw new AssertionError(
                    String.join(" ", command)
                            + " ended with status "
                            + output.status()
                            + ": "
                            + output.stdout()
                            + output.stderr());
        }
        return output.stdout();
    }

    /** Runs a command that may fail; the environment is added to this process's own. */
    public static Output attempt(
            List<String> command, String stdin, Map<String, String> environment) {
        try {
            Path out = Files.createTempFile("stdout", null);
            Path err = Files.createTempFile("stderr", null);
            try {
                ProcessBuilder builder = new ProcessBuilder(command);
                builder.environment().putAll(environment);
                Process process =
                        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
                try (var pipe = process.getOutputStream()) {
                    pipe.write(stdin.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // The command did not read its input; its status tells the story.
                    if (process.isAlive()) {
                        process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                    }
                }
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            String.join(" ", command) + " did not end in " + LIMIT_SECONDS + " s");
                }
                return new Output(
                        process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
