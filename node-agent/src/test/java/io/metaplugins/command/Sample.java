package io.metaplugins.command;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A build as small as can be, of which {@code sha256sum} wrote the manifest. */
final class Sample {
    private static final int JAR_BYTES = 300_000;

    private Sample() {}

    /** Makes one whose executables print the version. */
    static Path build(Path directory, String version) throws IOException {
        Files.createDirectories(directory.resolve("meta-plugins/lib"));
        for (String name : new String[] {"router", "veth", "meta-plugins/exec"}) {
            Path file = directory.resolve(name);
            Files.writeString(file, "#!/bin/sh\necho " + version + "\n# " + name + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        Files.createSymbolicLink(directory.resolve("coordinator"), Path.of("router"));
        Path jar = directory.resolve("meta-plugins/lib/common.jar");
        Files.writeString(jar, version.repeat(JAR_BYTES / version.length()));
        Shell.run("touch", "-d", "2020-01-02T03:04:05Z", jar.toString());
        sum(directory);
        return directory;
    }

    /** Writes the manifest anew. */
    static void sum(Path directory) {
        Shell.run(
                "sh",
                "-ec",
                "cd \"$0\"; rm -f meta-plugins/SHA256SUMS; sums=$(find * ! -type d | xargs sha256sum);"
                        + " echo \"$sums\" >meta-plugins/SHA256SUMS",
                directory.toString());
    }
}
