package io.metaplugins.agent;

/** A whole message, and the connection on which its answer is waited for. */
record Arrival(Connection connection, Frame frame) {}
