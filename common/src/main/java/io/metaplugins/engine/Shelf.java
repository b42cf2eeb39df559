package io.metaplugins.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Receipts, of which the last that were read or written are at hand as long as their files are the
 * same: to understand one takes longer than to change what it says. A receipt is never changed in
 * its place, so another one is another file.
 */
final class Shelf {
    /** Receipts, of some tens of kilobytes each. */
    private static final int MOST = 32;

    private final LinkedHashMap<Path, Copy> copies =
            new LinkedHashMap<>(MOST, 0.75F, /* accessOrder= */ true);

    private record Copy(Stamp stamp, Receipt receipt) {}

    /**
     * The receipt in the file; empty if there is no file.
     *
     * @throws LedgerException if it holds something else
     */
    Optional<Receipt> read(Path file) {
        try {
            // Before it is read: if it is replaced meanwhile, the stamp is that of no file.
            Stamp stamp = Stamp.of(file);
            Receipt receipt = find(file, stamp);
            if (receipt == null) {
                receipt = ReceiptJson.read(Files.readAllBytes(file));
                put(file, new Copy(stamp, receipt));
            }
            return Optional.of(receipt);
        } catch (NoSuchFileException e) {
            forget(file);
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new LedgerException(file, "holds no receipt: " + e.getMessage(), e);
        }
    }

    private synchronized @Nullable Receipt find(Path file, Stamp stamp) {
        Copy copy = copies.get(file);
        return copy != null && copy.stamp().equals(stamp) ? copy.receipt() : null;
    }

    /** Keeps what was written to the file, by the one who keeps others away from it. */
    void keep(Path file, Receipt receipt) throws IOException {
        put(file, new Copy(Stamp.of(file), receipt));
    }

    private synchronized void put(Path file, Copy copy) {
        copies.put(file, copy);
        if (copies.size() > MOST) {
            copies.remove(copies.firstEntry().getKey());
        }
    }

    synchronized void forget(Path file) {
        copies.remove(file);
    }
}
