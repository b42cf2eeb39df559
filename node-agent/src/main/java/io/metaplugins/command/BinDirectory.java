package io.metaplugins.command;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.FileLibc;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory from which a runtime executes plugins, while a build is put into it or taken out.
 *
 * <p>The runtime may execute at any moment, and this process may end at any moment. So each name
 * leads to the whole of the old file or the whole of the new one: the new one is written beside it,
 * is on the disk and has the right checksum before it gets the name. What the executables share
 * comes first, all at once; an old executable and a new runtime understand each other.
 */
final class BinDirectory implements AutoCloseable {
    private static final String LOCK = ".meta-plugins.lock";
    private static final String UNFINISHED = ".meta-plugins-";

    /** The executables of the build before, in case that this one was not completed. */
    private static final String BEFORE_NAME = "SHA256SUMS.before";

    /** Directories of what is of one build alone. */
    private static final String BUILDS = Manifest.HOME + "/build-";

    private static final String BEFORE = Manifest.HOME + "/" + BEFORE_NAME;

    private final Path directory;

    /** Who can open the file can lock it, and keep others from installing. */
    private static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final FileLibc libc;
    private final FileChannel channel;
    private final FileLock lock;

    private BinDirectory(Path directory, FileLibc libc, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.libc = libc;
        this.channel = channel;
        this.lock = lock;
    }

    /** Keeps others from changing it meanwhile, and removes what they did not finish. */
    static BinDirectory open(Path directory, FileLibc libc) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(LOCK),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OWN);
        BinDirectory bin = new BinDirectory(directory, libc, channel, channel.lock());
        try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
            for (Path each : old) {
                Durable.remove(each);
            }
        }
        return bin;
    }

    /** What is in the way of a build and was not put there by us; a line each. */
    List<String> foreign(Manifest build) {
        List<String> foreign = new ArrayList<>();
        for (String name : build.executables()) {
            Path there = directory.resolve(name);
            if (Files.exists(there, LinkOption.NOFOLLOW_LINKS) && !isOurs(name, build)) {
                foreign.add(there + " is not ours: " + described(there));
            }
        }
        Path home = directory.resolve(Manifest.HOME);
        if (Files.exists(home, LinkOption.NOFOLLOW_LINKS) && installed() == null) {
            foreign.add(home + " is not ours: there is no " + directory.resolve(Manifest.FILE));
        }
        return foreign;
    }

    private @Nullable Manifest installed() {
        return Manifest.ifAny(directory, Manifest.FILE);
    }

    private boolean isOurs(String name, @Nullable Manifest build) {
        Path there = directory.resolve(name);
        return Files.isRegularFile(there)
                && Stream.of(build, installed(), Manifest.ifAny(directory, BEFORE))
                        .filter(Objects::nonNull)
                        .anyMatch(manifest -> manifest.isOf(name, there));
    }

    private static String described(Path there) {
        try {
            return Files.isRegularFile(there)
                    ? "a file of " + Files.size(there) + " bytes, sha256 " + Manifest.sumOf(there)
                    : Files.isSymbolicLink(there)
                            ? "a link to " + Files.readSymbolicLink(there)
                            : "no file";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Puts in a build: first what is shared, then one executable after the other. */
    void install(Build build) throws IOException {
        Manifest old = installed();
        Path tree = Files.createTempDirectory(directory, UNFINISHED);
        try {
            String inUse = old == null ? "" : keep(old, build.manifest(), tree);
            Durable.write(tree.resolve(BEFORE_NAME), known(build.manifest()) + inUse);
            build.copyShared(tree);
            swapIn(tree);
        } finally {
            Durable.remove(tree);
        }
        for (String name : build.manifest().executables()) {
            Path fresh = directory.resolve(UNFINISHED + name);
            build.copy(name, fresh);
            Durable.rename(fresh, directory.resolve(name));
        }
        if (old != null) {
            removeObsolete(old, build.manifest());
        }
    }

    /**
     * What runs by now still opens files of its own build, by their paths; so they stay until the
     * install after this one.
     *
     * @return the lines of their checksums
     */
    private String keep(Manifest old, Manifest build, Path tree) throws IOException {
        Path home = directory.resolve(Manifest.HOME);
        StringBuilder text = new StringBuilder();
        for (String path : old.shared()) {
            Path there = directory.resolve(path);
            if (path.startsWith(BUILDS)
                    && !build.sums().containsKey(path)
                    && Files.isRegularFile(there, LinkOption.NOFOLLOW_LINKS)) {
                Path kept = tree.resolve(home.relativize(there));
                Files.createDirectories(Durable.parent(kept));
                Files.createLink(kept, there);
                text.append(Manifest.line(old.sumOf(path), path));
            }
        }
        return text.toString();
    }

    /** The executables that are there and ours, which the next one to come must know as such. */
    private String known(Manifest build) {
        TreeSet<String> names = new TreeSet<>(build.executables());
        Manifest old = installed();
        if (old != null) {
            names.addAll(old.executables());
        }
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            if (isOurs(name, build)) {
                text.append(Manifest.line(Manifest.sumOf(directory.resolve(name)), name));
            }
        }
        return text.toString();
    }

    private void removeObsolete(Manifest old, Manifest build) throws IOException {
        for (String name : old.executables()) {
            if (!build.sums().containsKey(name) && isOurs(name, old)) {
                Files.delete(directory.resolve(name));
            }
        }
        Durable.sync(directory);
    }

    private void swapIn(Path tree) throws IOException {
        Path home = directory.resolve(Manifest.HOME);
        if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
            Durable.rename(tree, home);
            return;
        }
        try {
            libc.exchange(tree, home);
        } catch (ErrnoException e) {
            if (e.number() == Errno.EINVAL) {
                throw new CommandException(
                        "the file system of " + directory + " cannot exchange directories", e);
            }
            throw e;
        }
        Durable.sync(directory);
    }

    /**
     * Takes out what was put in, as far as it is still the same.
     *
     * @return what stays, since it was changed, or is not ours
     */
    List<String> uninstall() throws IOException {
        Manifest build = installed();
        if (build == null) {
            throw new CommandException(
                    "nothing of ours is in " + directory + ": there is no " + Manifest.FILE);
        }
        List<String> staying = new ArrayList<>();
        TreeSet<Path> directories = new TreeSet<>();
        List<String> all = new ArrayList<>(build.executables());
        all.addAll(build.shared());
        Manifest before = Manifest.ifAny(directory, BEFORE);
        if (before != null) {
            all.addAll(before.shared());
        }
        for (String path : all) {
            Path file = directory.resolve(path);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (isOurs(path, build)) {
                Files.delete(file);
            } else {
                staying.add(file + " was changed: " + described(file));
            }
            for (Path up = Durable.parent(file); !up.equals(directory); up = Durable.parent(up)) {
                directories.add(up);
            }
        }
        Path home = directory.resolve(Manifest.HOME);
        directories.remove(home);
        for (Path each : directories.descendingSet()) {
            removeIfEmpty(each, staying);
        }
        removeHome(home, staying);
        Files.deleteIfExists(directory.resolve(LOCK));
        Durable.sync(directory);
        return staying;
    }

    /** The manifest goes last, and the directory with it: one without the other is not ours. */
    private void removeHome(Path home, List<String> staying) throws IOException {
        Set<Path> lists = Set.of(directory.resolve(BEFORE), directory.resolve(Manifest.FILE));
        try (Stream<Path> entries = Files.list(home)) {
            if (lists.containsAll(entries.toList())) {
                Path aside = directory.resolve(UNFINISHED + "removed");
                Durable.rename(home, aside);
                Durable.remove(aside);
                return;
            }
        }
        for (Path each : lists) {
            Files.deleteIfExists(each);
        }
        removeIfEmpty(home, staying);
    }

    private static void removeIfEmpty(Path each, List<String> staying) throws IOException {
        try (Stream<Path> entries = Files.list(each)) {
            List<Path> left = entries.toList();
            if (left.isEmpty()) {
                Files.delete(each);
            } else if (left.stream().anyMatch(Files::isRegularFile)
                    && staying.stream().noneMatch(line -> line.startsWith(each + "/"))) {
                staying.add(each + " has files that are not ours: " + left);
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
