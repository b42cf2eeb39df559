package io.metaplugins.engine;

import java.io.FilenameFilter;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds receipts by the names of their files. Nobody is kept away: one may be gone, or changed,
 * before it is opened.
 */
final class Index {
    private final Path root;
    private final Shelf shelf;

    Index(Path root, Shelf shelf) {
        this.root = root;
        this.shelf = shelf;
    }

    /** All receipts, of all networks and plugins. */
    Ledger.Listing all() {
        return read(networks(), "", EntryName.ENDING);
    }

    /** All receipts of a network and plugin. */
    Ledger.Listing of(String network, String plugin) {
        Path directory = root.resolve(EntryName.directory(network));
        return read(List.of(directory), "", EntryName.ending(plugin));
    }

    /** All receipts of a container; no other's is read. */
    Ledger.Listing ofContainer(String containerId) {
        Ledger.Listing listing =
                read(networks(), EntryName.beginning(containerId), EntryName.ENDING);
        // The name of another container may begin like this one's and a hyphen.
        listing.receipts().removeIf(each -> !each.id().containerId().equals(containerId));
        return listing;
    }

    /** How many receipts there are of a plugin; none is read. */
    int count(String plugin) {
        int count = 0;
        for (Path network : networks()) {
            count += names(network, "", EntryName.ending(plugin)).length;
        }
        return count;
    }

    /** The directories of all networks. */
    List<Path> networks() {
        List<Path> networks = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root, Files::isDirectory)) {
            all.forEach(networks::add);
        } catch (IOException | DirectoryIteratorException e) {
            throw new LedgerException(root, "cannot be listed: " + e, e);
        }
        return networks;
    }

    private Ledger.Listing read(List<Path> networks, String beginning, String ending) {
        Ledger.Listing listing = new Ledger.Listing(new ArrayList<>(), new ArrayList<>());
        for (Path network : networks) {
            for (String name : names(network, beginning, ending)) {
                try {
                    shelf.read(network.resolve(name)).ifPresent(listing.receipts()::add);
                } catch (LedgerException e) {
                    listing.unreadable().add(e);
                }
            }
        }
        return listing;
    }

    /** A network may have hundreds, of which few are wanted: no more is made of the others. */
    private static String[] names(Path network, String beginning, String ending) {
        FilenameFilter wanted =
                (_, name) ->
                        name.startsWith(beginning)
                                && name.endsWith(ending)
                                && !name.startsWith(Place.TEMPORARY);
        String[] names = network.toFile().list(wanted);
        return names == null ? none(network) : names;
    }

    /**
     * That there is nothing to list is one thing.
     *
     * @throws LedgerException if it is another
     */
    private static String[] none(Path network) {
        try (DirectoryStream<Path> _ = Files.newDirectoryStream(network)) {
            throw new LedgerException(network, "could not be listed a moment ago", null);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return new String[0]; // It has no attachment, or lost its last one meanwhile.
        } catch (IOException e) {
            throw new LedgerException(network, "cannot be listed: " + e, e);
        }
    }
}
