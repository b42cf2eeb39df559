package io.metaplugins.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Where one receipt is, and where the next one is written before it is renamed. */
record Place(Path directory, Path file, Path temporary) {
    static final String TEMPORARY = ".writing";
    static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int CREATE_ATTEMPTS = 1000;

    /** No process is at one file for that long. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    static Place of(Path root, EntryName name) {
        Path directory = root.resolve(name.directory());
        return new Place(
                directory,
                directory.resolve(name.file()),
                directory.resolve(TEMPORARY + name.file()));
    }

    void write(byte[] bytes) throws IOException {
        try (FileChannel channel = create()) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            sync();
        }
    }

    /**
     * Whoever removes the last entry removes the directory: it may go as we come, even while it is
     * being made, which the JDK then reports as a file in the way.
     */
    private FileChannel create() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(directory, DIRECTORY_MODE);
                Files.deleteIfExists(temporary); // Of a process that died.
                return FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FILE_MODE);
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
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

    void delete() throws IOException {
        try {
            Files.deleteIfExists(temporary);
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            return; // The network has other attachments.
        }
    }

    /** Removes what was not written to its end by who is not at it any more. */
    static void tidy(Path directory) throws IOException {
        Instant abandoned = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, TEMPORARY + "*")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(abandoned)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            return; // Somebody else does the same, or uses it after all.
        }
    }
}
