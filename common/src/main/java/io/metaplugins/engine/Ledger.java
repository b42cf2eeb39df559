package io.metaplugins.engine;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
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
    private static final long PAUSE_NANOS = 2_000_000;

    private final Path root;
    private final FileChannel locks;
    private final Shelf shelf = new Shelf();
    private final Index index;

    /**
     * Opens the ledger, and makes its directory if it is not there.
     *
     * @throws LedgerException if it cannot be made
     */
    public Ledger(Path root) {
        this.root = root;
        this.index = new Index(root, shelf);
        try {
            Files.createDirectories(root, Place.DIRECTORY_MODE);
            this.locks =
                    FileChannel.open(
                            root.resolve(LOCK_FILE),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            Place.FILE_MODE);
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
     *
     * @throws LedgerException if they cannot be listed
     */
    public Listing list(String network, String plugin) {
        return index.of(network, plugin);
    }

    /** All receipts, of all networks and plugins, as {@link #list(String, String)}. */
    public Listing list() {
        return index.all();
    }

    /** All receipts of a container, as {@link #list(String, String)}; no other's is read. */
    public Listing ofContainer(String containerId) {
        return index.ofContainer(containerId);
    }

    /**
     * The receipt of an attachment, if there is one. Nobody is kept away.
     *
     * @throws LedgerException if there is something else
     */
    public Optional<Receipt> find(AttachmentId id) {
        return shelf.read(Place.of(root, EntryName.of(id)).file());
    }

    /** Where receipts are, for who follows what becomes of them. */
    public Catalog catalog() {
        return new Catalog(root, shelf);
    }

    /**
     * How many receipts there are of a plugin, by the names of their files alone: none is read.
     *
     * @throws LedgerException if it cannot be listed
     */
    public int count(String plugin) {
        return index.count(plugin);
    }

    /**
     * Writes and removes a file where receipts are to be.
     *
     * @throws LedgerException if there is no writing there
     */
    public void prove() {
        try {
            // Another process that tidies may be the first.
            Files.deleteIfExists(Files.createTempFile(root, Place.TEMPORARY, null));
        } catch (IOException e) {
            throw new LedgerException(root, "cannot be written: " + e, e);
        }
    }

    /**
     * Removes what processes left behind that were killed as they wrote: files that are no receipts
     * yet, and that nobody can be at any more.
     *
     * @throws LedgerException if that cannot be done
     */
    public void tidy() {
        try {
            Place.tidy(root);
            for (Path network : index.networks()) {
                Place.tidy(network);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new LedgerException(root, "cannot be tidied: " + e, e);
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
        private final Place place;
        private final FileLock lock;
        private long nanoseconds;

        private Entry(AttachmentId id, EntryName name, FileLock lock) {
            this.id = id;
            this.place = Place.of(root, name);
            this.lock = lock;
        }

        public AttachmentId id() {
            return id;
        }

        /** How long reading and writing receipts has taken so far. */
        public long nanoseconds() {
            return nanoseconds;
        }

        private <T> T timed(Supplier<T> work) {
            long start = System.nanoTime();
            try {
                return work.get();
            } finally {
                nanoseconds += System.nanoTime() - start;
            }
        }

        /**
         * The attachment's receipt; empty if there is none.
         *
         * @throws LedgerException if there is something else: it is left alone until the next write
         */
        public Optional<Receipt> read() {
            Optional<Receipt> receipt = timed(() -> shelf.read(place.file()));
            if (receipt.isPresent() && !receipt.get().id().equals(id)) {
                throw new LedgerException(
                        place.file(),
                        "holds the receipt of " + receipt.get().id() + ", not of " + id,
                        null);
            }
            return receipt;
        }

        /**
         * The receipts of the container's other attachments, which nobody changes while this entry
         * is held. One that cannot be understood is not among them.
         */
        public List<Receipt> siblings() {
            Listing listing = timed(() -> index.ofContainer(id.containerId()));
            return listing.receipts().stream().filter(each -> !each.id().equals(id)).toList();
        }

        /**
         * Puts the receipt of this attachment, or of one of its siblings, into the place of the one
         * before; on return it is on the disk.
         */
        public void write(Receipt receipt) {
            if (!receipt.id().containerId().equals(id.containerId())) {
                throw new IllegalArgumentException(receipt.id() + " is not of " + id.containerId());
            }
            Place target = Place.of(root, EntryName.of(receipt.id()));
            long start = System.nanoTime();
            try {
                target.write(ReceiptJson.write(receipt));
                shelf.keep(target.file(), receipt);
            } catch (IOException e) {
                throw new LedgerException(target.file(), "cannot be written: " + e, e);
            } finally {
                nanoseconds += System.nanoTime() - start;
            }
        }

        /** Removes the receipt, if there is one, and the network's directory with the last. */
        public void delete() {
            long start = System.nanoTime();
            try {
                shelf.forget(place.file());
                place.delete();
            } catch (IOException e) {
                throw new LedgerException(place.file(), "cannot be removed: " + e, e);
            } finally {
                nanoseconds += System.nanoTime() - start;
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
                throw new LedgerException(place.file(), "cannot be unlocked: " + e, e);
            }
        }
    }
}
