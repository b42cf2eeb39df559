package io.metaplugins.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a build consists of, in the form of {@code sha256sum}: a checksum, two blanks and a path
 * below the directory of the executables on each line.
 *
 * @param sums in hexadecimal, by path
 */
record Manifest(Map<String, String> sums) {
    /** The directory with all that the executables share, and in it the manifest itself. */
    static final String HOME = "meta-plugins";

    static final String FILE = HOME + "/SHA256SUMS";

    private static final int SUM_DIGITS = 64;
    private static final String GAP = "  ";
    private static final int BUFFER_BYTES = 1 << 16;

    Manifest {
        sums = Map.copyOf(sums);
    }

    /**
     * Reads the manifest of the build that lies there.
     *
     * @throws CommandException if there is none, or it names what is not below the directory
     */
    static Manifest in(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            return parse(Files.readAllLines(file), file);
        } catch (IOException e) {
            throw new CommandException("no build lies in " + directory + ": " + e, e);
        }
    }

    /** As {@link #in}, where there may be none. */
    static @Nullable Manifest ifAny(Path directory, String name) {
        Path file = directory.resolve(name);
        try {
            return Files.isRegularFile(file) ? parse(Files.readAllLines(file), file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest parse(List<String> lines, Path file) {
        Map<String, String> sums = new LinkedHashMap<>();
        for (String line : lines) {
            int gap = line.indexOf(GAP);
            String path = gap == SUM_DIGITS ? line.substring(gap + GAP.length()) : "";
            Path normal = Path.of(path).normalize();
            if (path.isEmpty() || normal.isAbsolute() || normal.startsWith("..")) {
                throw new CommandException(file + ": no checksum and path: '" + line + "'");
            }
            sums.put(normal.toString(), line.substring(0, gap));
        }
        return new Manifest(sums);
    }

    /** Those that a runtime executes. */
    List<String> executables() {
        return sums.keySet().stream().filter(path -> path.indexOf('/') < 0).sorted().toList();
    }

    /** What the executables share. */
    List<String> shared() {
        return sums.keySet().stream().filter(path -> path.startsWith(HOME + "/")).sorted().toList();
    }

    /** The checksum of one of its paths. */
    String sumOf(String path) {
        return Objects.requireNonNull(sums.get(path), path);
    }

    /** Whether the file has the checksum that the path has here. */
    boolean isOf(String path, Path file) {
        return sumOf(file).equals(sums.get(path));
    }

    static String line(String sum, String path) {
        return sum + GAP + path + "\n";
    }

    /** SHA-256 of a file's content, in hexadecimal. */
    static String sumOf(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
