package io.metaplugins.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which file it is, and when it was written.
 *
 * @param bytes its length
 * @param key device and inode
 */
record Stamp(FileTime modified, long bytes, @Nullable Object key) {
    /**
     * That of what is at the path.
     *
     * @throws NoSuchFileException if there is nothing
     */
    static Stamp of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** Whether what is written now may get the same; not if it is of a clock that was set back. */
    boolean isWithin(Duration tick, Instant now) {
        return Duration.between(modified.toInstant(), now).abs().compareTo(tick) <= 0;
    }
}
