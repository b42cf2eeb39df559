package io.metaplugins.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that many processes append to and roll over at the same time.
 *
 * <p>Lines. The file is opened with {@code O_APPEND} and each line is one {@code write(2)}, which
 * the kernel puts behind all others in one piece. There is no buffer that a killed process could
 * take with it.
 *
 * <p>Roll-over. Whoever finds the file too long tries to lock {@code <file>.lock}. Who gets the
 * lock looks again, since another one may have been faster, and renames the file to {@code
 * <name>-<time>.<suffix>}. Who does not get it goes on writing: nobody waits. Processes that still
 * have the renamed file open write their lines there and move to the new one as soon as they see
 * the length; so no line is lost or torn, though a few may be in the older file.
 *
 * <p>Old files beyond the count or the age are deleted under the same lock, at each roll-over, and
 * once an hour when a file is opened.
 */
final class LogFile implements AutoCloseable {
    private static final long MEBIBYTE = 1 << 20;

    private final LogOptions options;
    private final OldLogFiles old;
    private @Nullable FileOutputStream out;
    private @Nullable String problem;

    LogFile(LogOptions options) {
        this.options = options;
        this.old = new OldLogFiles(options);
    }

    /** Appends a line, or notes why that failed. */
    synchronized void write(byte[] line) {
        try {
            FileOutputStream current = out == null ? open() : out;
            if (isTooLong(current.getChannel().size())) {
                current = rollOver(current);
            }
            current.write(line);
        } catch (IOException e) {
            note(e);
        }
    }

    private void note(IOException failure) {
        if (problem == null) {
            problem = "cannot log to " + options.file() + ": " + failure;
        }
    }

    private boolean isTooLong(long size) {
        return size >= options.maxSizeMiB() * MEBIBYTE;
    }

    private FileOutputStream open() throws IOException {
        Path directory = options.file().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        FileOutputStream opened = new FileOutputStream(options.file().toFile(), /* append= */ true);
        out = opened;
        if (old.isReviewDue(Instant.now())) {
            underLock(() -> old.prune(Instant.now()));
        }
        return opened;
    }

    /** Gives the file to write to: the one there is, if a new one cannot be begun. */
    private FileOutputStream rollOver(FileOutputStream current) throws IOException {
        boolean rolled =
                underLock(() -> {
                    if (isTooLong(options.file().toFile().length())) {
                        Files.move(options.file(), old.nameFor(Instant.now()));
                        old.prune(Instant.now());
                    }
                });
        if (!rolled) {
            return current;
        }
        FileOutputStream fresh = new FileOutputStream(options.file().toFile(), /* append= */ true);
        out = fresh;
        current.close();
        return fresh;
    }

    private interface Action {
        void run() throws IOException;
    }

    /** Runs the action and says whether it was done: not if another one is at it. */
    private boolean underLock(Action action) {
        try (FileChannel channel =
                        FileChannel.open(
                                old.lockFile(),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            action.run();
            return true;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process
        } catch (IOException e) {
            note(e);
            return false;
        }
    }

    /** Why the first line that was not written was not. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public synchronized void close() {
        try {
            if (out != null) {
                out.close();
                out = null;
            }
        } catch (IOException e) {
            problem = "close " + options.file() + ": " + e;
        }
    }
}
