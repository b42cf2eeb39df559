package io.metaplugins.testkit;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.nio.file.Path;

/** Has no descriptor left for one path: EMFILE. */
public final class FullLibc extends PassingLibc {
    private static final int EMFILE = 24;

    private final Path path;

    public FullLibc(Libc libc, Path path) {
        super(libc);
        this.path = path;
    }

    @Override
    public int open(String name, int flags) {
        if (name.equals(path.toString())) {
            throw new ErrnoException("open " + name, EMFILE);
        }
        return super.open(name, flags);
    }
}
