package io.metaplugins.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the ledger's receipts since the last look, whichever process wrote them. Where
 * nothing was written, a look costs the attributes of a few directories. For one thread.
 */
public final class Catalog {
    /** Files that are written one after the other may have the same time. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final Path root;
    private final Shelf shelf;
    private Map<Path, Stamp> directories = Map.of();
    private final Map<Path, Known> files = new HashMap<>();
    private boolean settled;

    Catalog(Path root, Shelf shelf) {
        this.root = root;
        this.shelf = shelf;
    }

    private record Known(Stamp stamp, @Nullable AttachmentId id) {}

    /**
     * What changed.
     *
     * @param written receipts that are new, or say something new
     * @param gone whose receipts are no more, or cannot be read any more
     * @param unreadable files that hold none; told once
     */
    public record Changes(
            List<Receipt> written, List<AttachmentId> gone, List<LedgerException> unreadable) {

        public boolean isNothing() {
            return written.isEmpty() && gone.isEmpty() && unreadable.isEmpty();
        }
    }

    /**
     * Looks again.
     *
     * @throws LedgerException if the ledger cannot be listed
     */
    public Changes look() {
        Changes changes = new Changes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try {
            Instant now = Instant.now();
            Map<Path, Stamp> found = networks();
            if (!settled || !found.equals(directories)) {
                look(found, changes);
                directories = found;
                settled = found.values().stream().noneMatch(stamp -> stamp.isWithin(TICK, now));
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new LedgerException(root, "cannot be listed: " + e, e);
        }
        return changes;
    }

    /**
     * Has the next look tell once more of what could not be read, if it still cannot.
     *
     * @return whether there is such
     */
    public boolean readAgain() {
        boolean some = files.values().removeIf(known -> known.id() == null);
        settled &= !some;
        return some;
    }

    private Map<Path, Stamp> networks() throws IOException {
        Map<Path, Stamp> found = new HashMap<>();
        try (DirectoryStream<Path> networks = Files.newDirectoryStream(root, "[!.]*")) {
            for (Path network : networks) {
                stamp(network, found);
            }
        }
        return found;
    }

    private static void stamp(Path path, Map<Path, Stamp> found) throws IOException {
        try {
            found.put(path, Stamp.of(path));
        } catch (NoSuchFileException e) {
            return; // It went as we came.
        }
    }

    private void look(Map<Path, Stamp> networks, Changes changes) throws IOException {
        Map<Path, Stamp> now = new HashMap<>();
        for (Path network : networks.keySet()) {
            receipts(network, now);
        }
        List<Path> gone = new ArrayList<>(files.keySet());
        gone.removeAll(now.keySet());
        gone.forEach(file -> forget(file, changes));
        now.forEach((file, stamp) -> read(file, stamp, changes));
    }

    private static void receipts(Path network, Map<Path, Stamp> found) throws IOException {
        try (DirectoryStream<Path> receipts = Files.newDirectoryStream(network, "[!.]*.json")) {
            for (Path receipt : receipts) {
                stamp(receipt, found);
            }
        } catch (NoSuchFileException e) {
            return; // It went as we came.
        }
    }

    private void forget(Path file, Changes changes) {
        AttachmentId id = Objects.requireNonNull(files.remove(file)).id();
        if (id != null) {
            changes.gone().add(id);
        }
    }

    private void read(Path file, Stamp stamp, Changes changes) {
        Known known = files.get(file);
        if (known != null && known.stamp().equals(stamp)) {
            return;
        }
        AttachmentId id = null;
        try {
            Receipt receipt = shelf.read(file).orElse(null);
            if (receipt == null) {
                return;
            }
            id = receipt.id();
            changes.written().add(receipt);
        } catch (LedgerException e) {
            changes.unreadable().add(e);
            if (known != null && known.id() != null) {
                changes.gone().add(known.id());
            }
        }
        files.put(file, new Known(stamp, id));
    }
}
