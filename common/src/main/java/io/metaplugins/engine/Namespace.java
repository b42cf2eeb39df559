package io.metaplugins.engine;

/**
 * A network namespace by name and by identity: a path may come to mean another namespace, the inode
 * tells whether it has.
 *
 * @param path {@code CNI_NETNS}
 * @param inode of the namespace in the kernel's nsfs
 */
public record Namespace(String path, long inode) {}
