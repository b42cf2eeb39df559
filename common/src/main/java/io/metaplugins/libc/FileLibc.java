package io.metaplugins.libc;

import java.nio.file.Path;

/**
 * What Java's files lack, apart from {@link Libc} since each function that is bound costs each
 * plugin's start.
 */
public interface FileLibc {

    /**
     * {@code renameat2(2)} with {@code RENAME_EXCHANGE}: each gets the other's name, at once. Both
     * must be there, on one file system.
     *
     * @throws ErrnoException EINVAL if the file system cannot do it
     */
    void exchange(Path one, Path other);
}
