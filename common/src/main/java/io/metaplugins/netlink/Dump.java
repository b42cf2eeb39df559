package io.metaplugins.netlink;

import java.util.List;

/**
 * A list that the kernel told.
 *
 * @param messages an object each
 * @param parts how many datagrams they came in; what is told in one is the truth of one moment
 */
public record Dump(List<Message> messages, int parts) {}
