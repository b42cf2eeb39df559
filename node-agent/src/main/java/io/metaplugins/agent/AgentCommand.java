package io.metaplugins.agent;

import io.metaplugins.log.LogLevel;
import io.metaplugins.log.Logging;
import io.metaplugins.plugin.Plugins;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An agent as a process: from its start to the signal that ends it. */
public final class AgentCommand {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    /** From the signal to the end, whatever the agent is at. */
    private static final Duration END = Duration.ofSeconds(4);

    private AgentCommand() {}

    /**
     * As {@link #run(Plugins, Settings, Map, PrintStream)}, with settings as a person writes them.
     *
     * @param words what {@link Settings#read} reads
     */
    public static int run(
            Plugins plugins, List<String> words, Map<String, String> environment, PrintStream err) {
        try {
            return run(plugins, Settings.read(words, environment), environment, err);
        } catch (IllegalArgumentException e) {
            err.println("meta-plugins agent: " + e.getMessage() + " (see meta-plugins agent -h)");
            return USAGE;
        }
    }

    /**
     * Serves until the process is told to end, and then finishes what it is at.
     *
     * @param err where the agent logs what is not about one request
     * @return the exit status
     */
    public static int run(
            Plugins plugins, Settings settings, Map<String, String> environment, PrintStream err) {
        Agent agent = new Agent(plugins, settings, environment);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(agent, ended, err), "end"));
        try (Logging _ = Logging.open(err, LogLevel.INFO, "agent")) {
            agent.run();
            return SUCCESS;
        } catch (IOException | RuntimeException e) {
            err.println("meta-plugins agent: " + e.getMessage());
            return FAILURE;
        } finally {
            ended.countDown();
        }
    }

    /**
     * The process ends when its shutdown hooks have. What is still at work then is broken off, as
     * when the process is killed, and its locks end with it: not before, so that nobody else comes
     * in between.
     */
    private static void end(Agent agent, CountDownLatch ended, PrintStream err) {
        agent.stop();
        try {
            if (!ended.await(END.toMillis(), TimeUnit.MILLISECONDS)) {
                err.println(
                        "meta-plugins agent: broke off what hung for " + END.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
