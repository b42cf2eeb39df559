package io.metaplugins.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.metaplugins.dist.link.DynamicCalls;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tarball as a node gets it: unpacked, moved, linked to, and executed with little around it.
 */
@ExtendWith(HostUnchanged.class)
class TarballTest {
    private static final List<String> NO_ENVIRONMENT = List.of("env", "-i", "CNI_COMMAND=ADD");

    private static final String CONFIGURATION = "{\"cniVersion\": \"0.4.0\"}";

    @TempDir static Path root;

    @BeforeAll
    static void unpack() throws IOException {
        Files.createDirectory(bin());
        Shell.run("tar", "xzf", tarball(), "-C", bin().toString());
    }

    private static String tarball() {
        return onlyOne(Path.of("target"), "*.tar.gz").toString();
    }

    private static Path build() {
        return onlyOne(bin().resolve("meta-plugins"), "build-*");
    }

    private static Path onlyOne(Path directory, String glob) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, glob)) {
            List<Path> found = new ArrayList<>();
            all.forEach(found::add);
            assertThat(found).hasSize(1);
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void addsTheExecutablesAndOneDirectory() throws IOException {
        try (var entries = Files.list(bin())) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder("router", "veth", "meta-plugins");
        }
    }

    @Test
    void needsNothingOfItsEnvironment() {
        assertAnswers(NO_ENVIRONMENT, bin().resolve("router"));
    }

    /** A runtime that cannot use its cache is silent, and slow, unless it must use it. */
    @Test
    void usesTheCachesThatItWasTrainedWithWhereverItLies() throws IOException {
        Path moved = root.resolve("a directory, moved, with spaces and ümlauts");
        Shell.run("cp", "-a", bin().toString(), moved.toString());
        for (String script : List.of("meta-plugins/exec", "meta-plugins/meta-plugins")) {
            Path each = moved.resolve(script);
            Files.writeString(
                    each,
                    Files.readString(each)
                            .replace("-XX:+UseSerialGC", "-XX:AOTMode=on -XX:+UseSerialGC"));
        }
        assertAnswers(NO_ENVIRONMENT, moved.resolve("router"));
        assertThat(Shell.run(moved.resolve("meta-plugins/meta-plugins").toString(), "--version"))
                .startsWith("meta-plugins");
    }

    /** The runtime does not look whether the jars are those that its cache was made of. */
    @Test
    void jarsAndCachesLieWhereOnlyTheseJarsDo() {
        String sum =
                Shell.run(
                        "sh",
                        "-euc",
                        "cd \"$0\"; find lib runtime -type f | LC_ALL=C sort | xargs sha256sum"
                                + " | sha256sum",
                        build().toString());
        assertThat(build().getFileName()).hasToString("build-" + sum.substring(0, 12));
        for (String script : List.of("exec", "meta-plugins")) {
            assertThat(bin().resolve("meta-plugins").resolve(script))
                    .content()
                    .containsOnlyOnce("build=$home/" + build().getFileName() + "\n")
                    .doesNotContain("$home/lib", "$home/runtime");
        }
    }

    @Test
    void whatExecutesComesAfterWhatItExecutesSoThatABuildCanBeUnpackedOverAnother() {
        List<String> files =
                Shell.run("tar", "tzf", tarball()).lines().filter(f -> !f.endsWith("/")).toList();

        int lastOfBuild = 0;
        for (String file : files) {
            if (file.startsWith("meta-plugins/" + build().getFileName() + "/")) {
                lastOfBuild = files.indexOf(file);
            }
        }
        assertThat(files).doesNotHaveDuplicates();
        assertThat(files.subList(lastOfBuild + 1, files.size()))
                .endsWith("router", "veth")
                .contains("meta-plugins/exec", "meta-plugins/meta-plugins");
    }

    @Test
    void runsThroughLinks() throws IOException {
        Path links = Files.createDirectory(root.resolve("links"));
        Path directory = Files.createSymbolicLink(links.resolve("to the directory"), bin());
        Path absolute =
                Files.createSymbolicLink(links.resolve("absolute"), directory.resolve("router"));
        Path relative = Files.createSymbolicLink(links.resolve("relative"), Path.of("absolute"));
        assertAnswers(NO_ENVIRONMENT, directory.resolve("router"));
        assertAnswers(NO_ENVIRONMENT, absolute);
        assertAnswers(NO_ENVIRONMENT, relative);
    }

    @Test
    void runsByItsNameAlone() {
        assertAnswers(List.of("env", "-i", "CNI_COMMAND=ADD", "PATH=" + bin()), Path.of("router"));
    }

    @Test
    void runsFromItsOwnDirectory() {
        assertAnswers(
                List.of("env", "-C", bin().toString(), "CNI_COMMAND=ADD"), Path.of("./router"));
    }

    @Test
    void takesNoOptionsMeantForOtherJavaPrograms() {
        assertAnswers(
                List.of(
                        "env",
                        "CNI_COMMAND=ADD",
                        "JAVA_TOOL_OPTIONS=-Xlog:all=info",
                        "_JAVA_OPTIONS=-version",
                        "JDK_JAVA_OPTIONS=--no-such-option",
                        "JAVA_HOME=/nowhere",
                        "CLASSPATH=/nowhere"),
                bin().resolve("router"));
    }

    @Test
    void runsWhereNothingCanBeWritten() {
        assertAnswers(
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-euc",
                        "for mount in / /tmp /run /var/log; do"
                                + " mountpoint -q $mount && mount -o remount,bind,ro $mount; done;"
                                + " ! touch \"$0\" 2>/dev/null; CNI_COMMAND=ADD \"$@\" 2>/dev/null",
                        bin().toString()),
                bin().resolve("router"));
    }

    @Test
    void tellsAPersonWhatItIsByTheNameItIsCalled() throws IOException {
        Path links = Files.createDirectory(root.resolve("names"));
        Path coordinator =
                Files.createSymbolicLink(links.resolve("coordinator"), bin().resolve("router"));
        Path other = Files.createSymbolicLink(links.resolve("other"), bin().resolve("veth"));
        assertIs("router", bin().resolve("router"));
        assertIs("veth", bin().resolve("veth"));
        assertIs("coordinator", coordinator);
        assertIs("veth", other);
    }

    private static void assertIs(String plugin, Path executable) {
        Shell.Output output = execute(List.of("env", "-i"), executable);
        assertThat(output.status()).isZero();
        assertThat(output.stdout()).isEmpty();
        assertThat(output.stderr())
                .contains("CNI " + plugin + " plugin " + System.getProperty("tarball.version"))
                .contains("1.1.0");
    }

    @Test
    void leavesNothingButLambdasToBeLinkedAtRunTime() throws IOException {
        Set<String> bootstraps = new TreeSet<>();
        for (String jar : List.of("common", "router-plugin", "veth-plugin")) {
            try (JarFile classes = new JarFile(build().resolve("lib/" + jar + ".jar").toFile())) {
                for (JarEntry entry : Collections.list(classes.entries())) {
                    if (entry.getName().endsWith(".class")) {
                        bootstraps.addAll(
                                DynamicCalls.bootstraps(
                                        classes.getInputStream(entry).readAllBytes()));
                    }
                }
            }
        }
        assertThat(bootstraps).containsExactly("java.lang.invoke.LambdaMetafactory");
    }

    private static Path bin() {
        return root.resolve("bin");
    }

    private static Shell.Output execute(List<String> around, Path... command) {
        List<String> whole = new ArrayList<>(around);
        for (Path word : command) {
            whole.add(word.toString());
        }
        return Shell.attempt(whole, CONFIGURATION, Map.of());
    }

    /** What only the runtime knows, of what only the input tells: that a variable is missing. */
    private static void assertAnswers(List<String> around, Path... command) {
        Shell.Output output = execute(around, command);
        assertThat(output.stderr()).isEmpty();
        assertThat(output.status()).isEqualTo(1);
        assertThat(output.stdout())
                .contains("\"cniVersion\":\"0.4.0\",\"code\":4,")
                .contains("CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME missing");
        assertThat(documents(output.stdout())).isEqualTo(1);
    }

    /** How many JSON documents a text holds, if nothing else is in it. */
    private static int documents(String text) {
        try (JsonParser parser = JsonFactory.builder().build().createParser(text)) {
            int documents = 0;
            while (parser.nextToken() != null) {
                parser.skipChildren();
                documents++;
            }
            return documents;
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }
}
