package io.metaplugins.libc;

import java.nio.file.Path;
import jnr.ffi.LibraryLoader;

/** {@link FileLibc} by JNR-FFI. */
public final class JnrFileLibc extends Calls implements FileLibc {
    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;

    private final Symbols symbols;

    /** The functions by their C names, for JNR-FFI to bind. */
    public interface Symbols {
        int renameat2(int oldDirectory, long oldPath, int newDirectory, long newPath, int flags);
    }

    private JnrFileLibc(Symbols symbols) {
        super(symbols);
        this.symbols = symbols;
    }

    /** Binds the C library. */
    public static JnrFileLibc load() {
        return new JnrFileLibc(LibraryLoader.create(Symbols.class).load("c"));
    }

    @Override
    public void exchange(Path one, Path other) {
        check(
                "exchange " + one + " and " + other,
                at(
                        text(one.toString()),
                        o ->
                                at(
                                        text(other.toString()),
                                        p ->
                                                symbols.renameat2(
                                                        AT_FDCWD,
                                                        o,
                                                        AT_FDCWD,
                                                        p,
                                                        RENAME_EXCHANGE))));
    }
}
