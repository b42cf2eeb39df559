package io.metaplugins.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.plugin.Plugins;
import io.metaplugins.testkit.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallTest {
    private static final List<String> NAMES =
            List.of("router", "veth", "coordinator", "meta-plugins/exec");

    @TempDir private Path directory;
    private Path first;
    private Path second;
    private Path bin;

    @BeforeEach
    void build() throws IOException {
        first = Sample.build(directory.resolve("first"), "1.0");
        second = Sample.build(directory.resolve("second"), "2.0");
        bin = directory.resolve("opt/cni/bin");
    }

    @Test
    void installsWhatTheManifestNames() throws IOException {
        Typed typed = install(first);

        assertThat(typed.err()).isEmpty();
        assertThat(typed.out())
                .isEqualTo("coordinator, router, veth and meta-plugins/ are in " + bin + "\n");
        assertVersion("1.0");
        for (String name : NAMES) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(bin.resolve(name))))
                    .isEqualTo("rwxr-xr-x");
        }
        assertThat(bin.resolve("coordinator")).isRegularFile().isExecutable();
        // The ahead-of-time cache is valid for jars of these times.
        assertThat(
                        Files.getLastModifiedTime(bin.resolve("meta-plugins/lib/common.jar"))
                                .toInstant())
                .isEqualTo(Instant.parse("2020-01-02T03:04:05Z"));
        assertNothingUnfinished();
    }

    @Test
    void findsTheBuildThatItIsOfItself() {
        Typed typed =
                Typed.on(
                        directory.resolve("run"),
                        Map.of("META_PLUGINS_HOME", first.resolve("meta-plugins").toString()),
                        new Plugins(List.of(), "1"),
                        "install",
                        "--to",
                        bin.toString());

        assertThat(typed.err()).isEmpty();
        assertVersion("1.0");
    }

    @Test
    void upgradesAndGoesBack() {
        install(first);
        assertThat(install(second).status()).isZero();
        assertVersion("2.0");
        assertThat(install(first).status()).isZero();
        assertVersion("1.0");
        assertThat(install(first).status()).as("the same again").isZero();
        assertVersion("1.0");
    }

    @Test
    void replacesAnExecutableThatIsRunning() throws IOException {
        Shell.run("cp", "/bin/sleep", first.resolve("veth").toString());
        Sample.sum(first);
        install(first);
        Process running = new ProcessBuilder(bin.resolve("veth").toString(), "60").start();
        try {
            assertThat(install(second).status()).isZero();

            assertVersion("2.0");
            assertThat(running.isAlive()).isTrue();
        } finally {
            running.destroyForcibly();
        }
    }

    @Test
    void whatRunsFindsTheFilesOfItsBuildUntilTheInstallAfterNext() throws IOException {
        Path third = Sample.build(directory.resolve("third"), "3.0");
        for (Path each : List.of(first, second, third)) {
            Path own = each.resolve("meta-plugins/build-" + each.getFileName());
            Files.createDirectories(own.resolve("lib"));
            Files.writeString(own.resolve("lib/a.jar"), "of " + each.getFileName());
            Sample.sum(each);
        }
        Path home = bin.resolve("meta-plugins");

        install(first);
        assertThat(install(second).status()).isZero();

        assertThat(home.resolve("build-first/lib/a.jar")).hasContent("of first");
        assertThat(home.resolve("build-second/lib/a.jar")).hasContent("of second");
        assertThat(install(second).status()).as("the same again").isZero();
        assertThat(home.resolve("build-first")).doesNotExist();
        assertThat(install(third).status()).isZero();
        assertThat(home.resolve("build-second/lib/a.jar")).hasContent("of second");
        assertVersion("3.0");
        assertNothingUnfinished();
        assertThat(uninstall().status()).isZero();
        assertThat(home).doesNotExist();
    }

    @Test
    void anExecutableThatTheNextBuildLacksGoes() throws IOException {
        install(first);
        Files.delete(second.resolve("veth"));
        Sample.sum(second);

        assertThat(install(second).status()).isZero();

        assertThat(bin.resolve("veth")).doesNotExist();
        assertThat(bin.resolve("router")).exists();
    }

    @Test
    void whatIsNotOursIsNamedAndStays() throws IOException {
        Files.createDirectories(bin);
        Files.writeString(bin.resolve("router"), "another router\n");
        Files.createSymbolicLink(bin.resolve("veth"), Path.of("elsewhere"));

        Typed typed = install(first);

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.err())
                .contains(bin + "/router is not ours: a file of 15 bytes, sha256 ")
                .contains(bin + "/veth is not ours: a link to elsewhere")
                .contains("--force");
        assertThat(bin.resolve("router")).hasContent("another router");
        assertThat(bin.resolve("meta-plugins")).doesNotExist();
        assertThat(install(first, "--force").status()).isZero();
        assertVersion("1.0");
    }

    @Test
    void aBuildThatIsNotWholeChangesNothing() throws IOException {
        install(first);
        Files.writeString(second.resolve("meta-plugins/lib/common.jar"), "half");

        Typed typed = install(second);

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.err()).contains("common.jar does not have the checksum");
        Files.delete(second.resolve("meta-plugins/lib/common.jar"));
        assertThat(install(second).err()).contains("common.jar is missing");
        Files.delete(second.resolve("meta-plugins/SHA256SUMS"));
        assertThat(install(second).err()).contains("no build lies in " + second);
        assertVersion("1.0");
    }

    @Test
    void aManifestLeadsNowhereElse() throws IOException {
        Files.writeString(
                second.resolve("meta-plugins/SHA256SUMS"), "0".repeat(64) + "  ../outside\n");

        assertThat(install(second).err()).contains("../outside");
    }

    @Test
    void uninstallLeavesWhatWasThereBefore() throws IOException {
        Files.createDirectories(bin);
        Files.writeString(bin.resolve("macvlan"), "another's\n");
        install(first);
        install(second);

        assertThat(uninstall().status()).isZero();

        try (Stream<Path> left = Files.list(bin)) {
            assertThat(left).containsExactly(bin.resolve("macvlan"));
        }
        assertThat(uninstall().err()).contains("nothing of ours is in " + bin);
    }

    @Test
    void uninstallLeavesWhatWasChanged() throws IOException {
        install(first);
        Files.writeString(bin.resolve("router"), "changed\n");
        Files.writeString(bin.resolve("meta-plugins/lib/more.jar"), "more\n");

        Typed typed = uninstall();

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.out())
                .contains("stays: " + bin + "/router was changed")
                .contains("meta-plugins/lib has files that are not ours");
        assertThat(bin.resolve("router")).hasContent("changed");
        assertThat(bin.resolve("veth")).doesNotExist();
        assertThat(bin.resolve("meta-plugins/lib/common.jar")).doesNotExist();
    }

    /** Each round kills it at a moment that depends on how the two processes were scheduled. */
    @Test
    void killedAtAnyMomentItLeavesWholeFiles() throws Exception {
        install(first);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            Process loop = loop("install");
            try (BufferedReader lines = loop.inputReader()) {
                assertThat(lines.readLine()).isEqualTo("0");
                for (int looks = random.nextInt(40); looks > 0; looks--) {
                    assertAllWhole(seed);
                }
            } finally {
                loop.destroyForcibly();
                assertThat(loop.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertAllWhole(seed);
        }
        assertThat(install(first).err()).isEmpty();
        assertVersion("1.0");
        assertNothingUnfinished();
    }

    @Test
    void anUninstallThatWasKilledIsDoneAgainOrInstalledOver() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            assertThat(install(first).err()).as("seed " + seed).isEmpty();
            Process loop = loop("uninstall");
            try (BufferedReader lines = loop.inputReader()) {
                assertThat(lines.readLine()).isEqualTo("0");
                for (int looks = random.nextInt(40); looks > 0; looks--) {
                    assertThat(Files.isDirectory(bin)).isTrue();
                }
            } finally {
                loop.destroyForcibly();
                assertThat(loop.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            if (round % 2 == 0 && Files.exists(bin.resolve("meta-plugins"))) {
                assertThat(uninstall().status()).as("seed " + seed).isZero();
                assertThat(bin).isEmptyDirectory();
            }
        }
        assertThat(install(second).err()).as("seed " + seed).isEmpty();
        assertVersion("2.0");
        assertNothingUnfinished();
    }

    private void assertAllWhole(long seed) throws IOException {
        for (String name : NAMES) {
            String executable = name.equals("coordinator") ? "router" : name;
            assertThat(Files.readString(bin.resolve(name)))
                    .as(name + ", seed " + seed)
                    .isIn(
                            Files.readString(first.resolve(executable)),
                            Files.readString(second.resolve(executable)));
        }
        assertThat(Files.size(bin.resolve("meta-plugins/lib/common.jar")))
                .as("seed " + seed)
                .isEqualTo(Files.size(first.resolve("meta-plugins/lib/common.jar")));
    }

    private Process loop(String between) throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InstallLoopMain.class.getName(),
                        directory.resolve("run").toString(),
                        bin.toString(),
                        second.toString(),
                        first.toString(),
                        between)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private Typed install(Path from, String... more) {
        String[] line =
                Stream.concat(
                                Stream.of(
                                        "install",
                                        "--to",
                                        bin.toString(),
                                        "--from",
                                        from.toString()),
                                Stream.of(more))
                        .toArray(String[]::new);
        return Typed.on(directory.resolve("run"), line);
    }

    private Typed uninstall() {
        return Typed.on(directory.resolve("run"), "uninstall", "--from", bin.toString());
    }

    private void assertVersion(String version) {
        for (String name : NAMES) {
            assertThat(Shell.run(bin.resolve(name).toString())).isEqualTo(version + "\n");
        }
        Shell.run(
                "sh",
                "-ec",
                "cd \"$0\" && sha256sum --quiet --check meta-plugins/SHA256SUMS",
                bin.toString());
    }

    private void assertNothingUnfinished() throws IOException {
        try (Stream<Path> left = Files.list(bin)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith(".")))
                    .containsExactly(bin.resolve(".meta-plugins.lock"));
        }
    }
}
