package io.metaplugins.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of all attachments: {@code <root>/<network>/<container>-<interface>.<plugin>.json}.
 *
 * <p>Many processes share it, one for each call of a runtime. A receipt is written beside its place
 * and renamed into it, so that a reader finds the old one or the new one. Who works on an
 * attachment holds its {@link Entry}, which is a lock on one byte of one file: such a lock ends
 * with the process that holds it, and there is no file for each attachment to be left behind.
 *
 * <p>One ledger object for each process: the kernel drops a process's locks on a file as soon as it
 * closes any descriptor of that file.
 */
public final class Ledger implements AutoCloseable {
    /** On a file system that a reboot empties, as it does the kernel's tables. */
    public static final Path DEFAULT_ROOT = Path.of("/run/meta-plugins/ledger");

    private static final String LOCK_FILE = ".lock";
    private static final String TEMPORARY = ".writing";
    private static final long PAUSE_NANOS = 2_000_000;
    private static final int CREATE_ATTEMPTS = 1000;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final FileChannel locks;

    /**
     * Opens the ledger, and makes its directory if it is not there.
     *
     * @throws LedgerException if it cannot be made
     */
    public Ledger(Path root) {
        this.root = root;
        try {
            Files.createDirectories(root, DIRECTORY_MODE);
            this.locks =
                    FileChannel.open(
                            root.resolve(LOCK_FILE),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (IOException e) {
            throw new LedgerException(root, "cannot be opened: " + e, e);
        }
    }

    /** What a listing found: the receipts, and the files that hold none that can be understood. */
    public record Listing(List<Receipt> receipts, List<LedgerException> unreadable) {}

    /**
     * Waits until no other thread or process works on the attachment, and keeps others away until
     * the entry is closed.
     *
     * @throws LedgerException if it takes longer than the patience
     */
    public Entry open(AttachmentId id, Duration patience) {
        EntryName name = EntryName.of(id);
        long start = System.nanoTime();
        while (true) {
            FileLock lock = tryLock(name.lockPosition());
            if (lock != null) {
                return new Entry(id, name, lock);
            }
            if (System.nanoTime() - start > patience.toNanos() || Thread.interrupted()) {
                throw new LedgerException(
                        root,
                        "another process has been at work on " + id + " for " + patience,
                        null);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private @Nullable FileLock tryLock(long position) {
        try {
            return locks.tryLock(position, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // Another thread of this process has it.
        } catch (IOException e) {
            throw new LedgerException(root, "cannot be locked: " + e, e);
        }
    }

    /**
     * All receipts of a network and plugin. Nobody is kept away: an entry may be gone, or changed,
     * before it is opened.
     */
    public Listing list(String network, String plugin) {
        Path directory = root.resolve(EntryName.directory(network));
        Listing listing = new Listing(new ArrayList<>(), new ArrayList<>());
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, "[!.]*" + EntryName.ending(plugin))) {
            for (Path file : files) {
                try {
                    read(file).ifPresent(listing.receipts()::add);
                } catch (LedgerException e) {
                    listing.unreadable().add(e);
                }
            }
        } catch (NoSuchFileException e) {
            return listing;
        } catch (IOException | DirectoryIteratorException e) {
            throw new LedgerException(directory, "cannot be listed: " + e, e);
        }
        return listing;
    }

    private static Optional<Receipt> read(Path file) {
        try {
            return Optional.of(ReceiptJson.read(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new LedgerException(file, "holds no receipt: " + e.getMessage(), e);
        }
    }

    /**
     * Writes and removes a file where receipts are to be.
     *
     * @throws LedgerException if there is no writing there
     */
    public void prove() {
        try {
            Files.delete(Files.createTempFile(root, TEMPORARY, null));
        } catch (IOException e) {
            throw new LedgerException(root, "cannot be written: " + e, e);
        }
    }

    /** Lets all entries go. */
    @Override
    public void close() {
        try {
            locks.close();
        } catch (IOException e) {
            throw new LedgerException(root, "cannot be closed: " + e, e);
        }
    }

    /** An attachment's place in the ledger, held against all others until it is closed. */
    public final class Entry implements AutoCloseable {
        private final AttachmentId id;
        private final Path directory;
        private final Path file;
        private final Path temporary;
        private final FileLock lock;

        private Entry(AttachmentId id, EntryName name, FileLock lock) {
            this.id = id;
            this.directory = root.resolve(name.directory());
            this.file = directory.resolve(name.file());
            this.temporary = directory.resolve(TEMPORARY + name.file());
            this.lock = lock;
        }

        public AttachmentId id() {
            return id;
        }

        /**
         * The attachment's receipt; empty if there is none.
         *
         * @throws LedgerException if there is something else: it is left alone until the next write
         */
        public Optional<Receipt> read() {
            Optional<Receipt> receipt = Ledger.read(file);
            if (receipt.isPresent() && !receipt.get().id().equals(id)) {
                throw new LedgerException(
                        file,
                        "holds the receipt of " + receipt.get().id() + ", not of " + id,
                        null);
            }
            return receipt;
        }

        /** Puts the receipt into the place of the one before; on return it is on the disk. */
        public void write(Receipt receipt) {
            byte[] bytes = ReceiptJson.write(receipt);
            try (FileChannel channel = create()) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
                sync();
            } catch (IOException e) {
                throw new LedgerException(file, "cannot be written: " + e, e);
            }
        }

        /** Whoever removes the last entry removes the directory: it may go as we come. */
        private FileChannel create() throws IOException {
            for (int attempt = 1; ; attempt++) {
                try {
                    Files.createDirectories(directory, DIRECTORY_MODE);
                    Files.deleteIfExists(temporary); // Of a process that died.
                    return FileChannel.open(
                            temporary,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                } catch (NoSuchFileException e) {
                    if (attempt == CREATE_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }

        private void sync() throws IOException {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (NoSuchFileException e) {
                throw new IOException("the directory was removed by hand", e);
            }
        }

        /** Removes the receipt, if there is one, and the network's directory with the last. */
        public void delete() {
            try {
                Files.deleteIfExists(temporary);
                Files.deleteIfExists(file);
                Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException e) {
                return; // The network has other attachments.
            } catch (IOException e) {
                throw new LedgerException(file, "cannot be removed: " + e, e);
            }
        }

        /** Lets others at the attachment. */
        @Override
        public void close() {
            try {
                lock.release();
            } catch (ClosedChannelException e) {
                return; // The ledger was closed before, and the lock went with it.
            } catch (IOException e) {
                throw new LedgerException(file, "cannot be unlocked: " + e, e);
            }
        }
    }
}
