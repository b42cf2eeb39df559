package io.metaplugins.log;

import java.io.ByteArrayOutputStream;
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
 * <p>Lines. The file is opened with {@code O_APPEND}, and the lines of a request are gathered and
 * written with one {@code write(2)}, which the kernel puts behind all others in one piece: they
 * stand together, and cost a pod one system call. A process that is killed takes them with it; what
 * there is to undo is in the ledger.
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

    /** Bytes: many times what a request has to say. */
    private static final int MOST_GATHERED = 64 * 1024;

    private final LogOptions options;
    private final OldLogFiles old;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable FileOutputStream out;
    private @Nullable String problem;

    LogFile(LogOptions options) {
        this.options = options;
        this.old = new OldLogFiles(options);
    }

    /** Gathers a line. */
    synchronized void write(byte[] line) {
        if (gathered.size() + line.length > MOST_GATHERED) {
            flush();
        }
        gathered.writeBytes(line);
    }

    /** Appends what is gathered, or notes why that failed. */
    private void flush() {
        if (gathered.size() == 0) {
            return;
        }
        try {
            FileOutputStream current = out == null ? open() : out;
            if (isTooLong(current.getChannel().size())) {
                current = rollOver(current);
            }
            gathered.writeTo(current);
        } catch (IOException e) {
            note(e);
        }
        gathered.reset();
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

    /** Writes what is gathered, and says why the first lines that were not written were not. */
    synchronized Optional<String> problem() {
        flush();
        return Optional.ofNullable(problem);
    }

    @Override
    public synchronized void close() {
        flush();
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
