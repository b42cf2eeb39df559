package io.metaplugins.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the plugins are: the distribution's, and ours as they were unpacked from the tarball.
 *
 * @param ours the directory with {@code router}
 */
public record Plugins(Path ours) {
    private static final Path DISTRIBUTION = Path.of("/usr/lib/cni");

    /** The directory that the property {@code meta.plugins.bin} tells. */
    public static Plugins unpacked() {
        String told = System.getProperty("meta.plugins.bin");
        if (told == null) {
            throw new IllegalStateException("meta.plugins.bin does not tell where router is");
        }
        return new Plugins(Path.of(told).toAbsolutePath());
    }

    /** The value of CNI_PATH. */
    String path() {
        return ours + ":" + DISTRIBUTION;
    }

    /** The program of a plugin, looked for as a runtime does. */
    String executable(String type) {
        Path own = ours.resolve(type);
        return (Files.isExecutable(own) ? own : DISTRIBUTION.resolve(type)).toString();
    }
}
