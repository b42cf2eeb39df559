package io.metaplugins.agent.metrics;

/** What is told to who asks whether the agent is well. */
public interface Health {
    /** Whether its threads turn; empty if so, else what is wrong. Depends on nothing else. */
    String livez();

    /** Whether it can serve; empty if so, else what it lacks. */
    String readyz();
}
