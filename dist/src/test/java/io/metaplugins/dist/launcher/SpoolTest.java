package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is to be taken away while no agent is there is kept, all of it, or the runtime is told. */
@ExtendWith(HostUnchanged.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpoolTest {
    private static final String CONFIGURATION = "{\"cniVersion\":\"0.4.0\",\"name\":\"ü\"}";
    private static final Shell.Output SILENCE = new Shell.Output(0, "", "");

    @TempDir Path directory;
    private Launcher launcher;

    @BeforeAll
    void compile(@TempDir Path compiled) {
        launcher = Launcher.compile(compiled);
    }

    private Launcher spooling(String to) {
        return launcher.with("META_PLUGINS_SPOOL", directory.resolve(to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL", "GC"})
    void keepsARequestAsItWouldBeSent(String verb) throws IOException {
        Launcher spooling = spooling(verb).with("CNI_CONTAINERID", "c");

        assertThat(spooling.execute(verb, CONFIGURATION)).isEqualTo(SILENCE);

        assertThat(permissions(spooling.spool())).isEqualTo("rwx------");
        Path file = files(spooling.spool()).getFirst();
        assertThat(permissions(file)).isEqualTo("rw-------");
        Frame request = Frame.parse(Files.readAllBytes(file));
        assertThat(request.version()).isEqualTo(1);
        assertThat(request.kind()).isEqualTo(Frame.EXECUTE);
        assertThat(request.strings())
                .containsExactly("router", "router", "CNI_COMMAND=" + verb, "CNI_CONTAINERID=c");
        assertThat(request.input()).isEqualTo(CONFIGURATION);
    }

    @Test
    void namesRequestsInTheOrderInWhichTheyCame() throws IOException {
        Launcher spooling = spooling("order");
        for (int number = 0; number < 12; number++) {
            spooling.execute("DEL", "{\"number\": " + number + "}");
        }

        List<Path> files = files(spooling.spool());
        assertThat(files).hasSize(12);
        for (int number = 0; number < 12; number++) {
            assertThat(files.get(number).getFileName().toString())
                    .matches("\\d{20}-\\d+\\.request");
            assertThat(Frame.parse(Files.readAllBytes(files.get(number))).input())
                    .isEqualTo("{\"number\": " + number + "}");
        }
    }

    @Test
    void keepsAllOfManyAtATime() throws IOException {
        Launcher spooling = spooling("many").with("CNI_COMMAND", "DEL");
        List<ProcessBuilder> builders =
                Stream.generate(() -> new ProcessBuilder(spooling.command())).limit(50).toList();
        List<Process> processes = new ArrayList<>();
        for (ProcessBuilder builder : builders) {
            processes.add(builder.redirectInput(Path.of("/dev/null").toFile()).start());
        }
        for (Process process : processes) {
            assertThat(process.onExit().join().exitValue()).isZero();
        }
        assertThat(files(spooling.spool())).hasSize(50);
    }

    @Test
    void keepsNothingThatSomebodyWaitsFor() {
        Launcher spooling = spooling("nothing");
        for (String verb : List.of("ADD", "CHECK", "STATUS", "VERSION", "JUMP")) {
            spooling.execute(verb, CONFIGURATION);
        }
        assertThat(spooling.spool()).doesNotExist();
    }

    @Test
    void makesItsPlaceOnANodeThatHasNone() throws IOException {
        Path place = Path.of("/run/meta-plugins");
        Launcher spooling = launcher.with("META_PLUGINS_SPOOL", "");

        assertThat(spooling.execute("DEL", CONFIGURATION)).isEqualTo(SILENCE);

        assertThat(files(place.resolve("spool"))).hasSize(1);
        assertThat(permissions(place)).isEqualTo("rwx------");
        Shell.run("rm", "-r", place.toString());
    }

    @Test
    void aFullDiskIsNoSuccess() throws IOException {
        Path full = Files.createDirectory(directory.resolve("full"));
        Shell.run("mount", "-t", "tmpfs", "-o", "size=4k", "full", full.toString());
        try {
            Launcher spooling = spooling("full");
            String details = refused(spooling, CONFIGURATION + " ".repeat(10_000));
            assertThat(details).contains("No space left on device", full.toString());
            assertThat(files(full)).isEmpty();

            assertThat(spooling.execute("DEL", CONFIGURATION)).isEqualTo(SILENCE);
            refused(spooling, CONFIGURATION);
            assertThat(files(full)).hasSize(1);
        } finally {
            Shell.run("umount", full.toString());
        }
    }

    @Test
    void whoIsKilledMeanwhileHasLeftAllOfARequestOrNone() throws Exception {
        String input = CONFIGURATION + " ".repeat(1_000_000);
        Path file = Files.writeString(directory.resolve("input"), input);
        Launcher spooling = spooling("killed").with("CNI_COMMAND", "DEL");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int succeeded = 0;
        for (int round = 0; round < 60; round++) {
            Process process =
                    new ProcessBuilder(spooling.command()).redirectInput(file.toFile()).start();
            long end = System.nanoTime() + random.nextLong(60_000_000);
            while (process.isAlive() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            process.destroyForcibly();
            succeeded += process.waitFor() == 0 ? 1 : 0;
        }
        List<Path> left = Files.isDirectory(spooling.spool()) ? requests(spooling) : List.of();
        assertThat(left).as("seed " + seed).hasSizeGreaterThanOrEqualTo(succeeded);
        for (Path each : left) {
            assertThat(Frame.parse(Files.readAllBytes(each)).input()).isEqualTo(input);
        }
    }

    private static List<Path> requests(Launcher spooling) throws IOException {
        return files(spooling.spool()).stream()
                .filter(each -> !each.getFileName().toString().startsWith("."))
                .toList();
    }

    @Test
    void whereNoFileCanBeOpenedNothingIsKeptAndNoSuccess() throws IOException {
        // What looks for leaks would have to open files itself.
        Launcher spooling =
                spooling("unopened")
                        .with("CNI_COMMAND", "DEL")
                        .with("ASAN_OPTIONS", "detect_leaks=0");
        for (String netns : List.of("", "/proc/self/ns/net")) {
            List<String> command =
                    new ArrayList<>(List.of("sh", "-c", "ulimit -n 4; exec \"$@\"", "sh"));
            command.addAll(spooling.with("CNI_NETNS", netns).command());

            Shell.Output output = Shell.attempt(command, CONFIGURATION, Map.of());

            assertThat(Launcher.error(11, "0.4.0", output)).contains("Too many open files");
        }
        assertThat(files(spooling.spool())).isEmpty();
    }

    @Test
    void aDiskThatCannotBeWrittenIsNoSuccess() throws IOException {
        Path fixed = Files.createDirectory(directory.resolve("fixed"));
        Shell.run("mount", "-t", "tmpfs", "-o", "ro", "fixed", fixed.toString());
        try {
            assertThat(refused(spooling("fixed"), CONFIGURATION)).contains("Read-only file system");
            assertThat(refused(spooling("fixed/within"), CONFIGURATION))
                    .contains("No such file or directory");
        } finally {
            Shell.run("umount", fixed.toString());
        }
    }

    @Test
    void aPlaceThatIsNoDirectoryIsNoSuccess() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        assertThat(refused(spooling("file"), CONFIGURATION)).contains("Not a directory");
        assertThat(refused(spooling("no/where"), CONFIGURATION)).contains("No such file");
    }

    private static String refused(Launcher spooling, String input) {
        return Launcher.error(11, "0.4.0", spooling.execute("DEL", input));
    }

    /** All files there are, in the order of their names. */
    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
