package io.metaplugins.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A build that is to be installed.
 *
 * @param directory where it lies
 * @param manifest of it
 */
record Build(Path directory, Manifest manifest) {

    /**
     * Reads the manifest of the build that lies there, and proves that all is there.
     *
     * @throws CommandException if it is not, or a file does not have its checksum
     */
    static Build in(Path directory) {
        Manifest manifest = Manifest.in(directory);
        Build build = new Build(directory, manifest);
        for (String path : manifest.sums().keySet()) {
            build.requireWhole(path, directory.resolve(path));
        }
        return build;
    }

    private void requireWhole(String path, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandException(file + " is missing, though the manifest names it");
        }
        if (!manifest.isOf(path, file)) {
            throw new CommandException(
                    file + " does not have the checksum of the manifest: " + Manifest.sumOf(file));
        }
    }

    /** Copies one file, and proves that the copy is right. */
    void copy(String path, Path target) throws IOException {
        Durable.copy(directory.resolve(path), target);
        requireWhole(path, target);
    }

    /** Copies all that the executables share, and the manifest. */
    void copyShared(Path home) throws IOException {
        for (String path : manifest.shared()) {
            Path target = home.resolve(Path.of(Manifest.HOME).relativize(Path.of(path)));
            Files.createDirectories(Durable.parent(target));
            copy(path, target);
        }
        Durable.copy(directory.resolve(Manifest.FILE), home.resolve("SHA256SUMS"));
        try (Stream<Path> directories = Files.walk(home).filter(Files::isDirectory)) {
            for (Path each : directories.toList()) {
                Files.setPosixFilePermissions(each, Durable.EXECUTABLE);
                Durable.sync(each);
            }
        }
    }
}
