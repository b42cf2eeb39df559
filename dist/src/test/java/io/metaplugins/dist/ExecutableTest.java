package io.metaplugins.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The executables of the tarball, each of which is a file that can be taken from it alone. */
@ExtendWith(HostUnchanged.class)
class ExecutableTest {
    @TempDir Path root;

    @BeforeEach
    void takeAlone() throws IOException {
        for (String name : List.of("router", "veth")) {
            Path executable = Path.of("target/tree").resolve(name);
            assertThat(executable).isRegularFile().isExecutable();
            Files.copy(executable, root.resolve(name));
        }
    }

    @Test
    void needNothingOfTheRootThatTheyRunIn() {
        Shell.Output output = inRoot("/veth", Map.of("CNI_COMMAND", "VERSION"));
        assertThat(output.status()).isZero();
        assertThat(output.stderr()).isEmpty();
        assertThat(output.stdout()).contains("\"cniVersion\":\"1.0.0\",\"supportedVersions\":[");
    }

    @Test
    void tellThatNoAgentIsThere() {
        Shell.Output output =
                inRoot("/router", Map.of("CNI_COMMAND", "ADD", "META_PLUGINS_WAIT", "0"));
        assertThat(output.status()).isEqualTo(1);
        assertThat(output.stdout()).contains("\"cniVersion\":\"1.0.0\",\"code\":11,");
    }

    @Test
    void keepWhatIsToBeDeleted() {
        Shell.run("mkdir", root.resolve("run").toString());
        assertThat(inRoot("/veth", Map.of("CNI_COMMAND", "DEL", "META_PLUGINS_WAIT", "0")))
                .isEqualTo(new Shell.Output(0, "", ""));
        assertThat(root.resolve("run/meta-plugins/spool")).isDirectoryContaining("glob:**.request");
    }

    @Test
    void areTheSameFromEachBuild() {
        Path again = root.resolve("again");
        Map<String, String> version = Map.of("VERSION", System.getProperty("tarball.version"));
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";

        Shell.Output built =
                Shell.attempt(
                        List.of("launcher/build", architecture, again.toString()), "", version);

        assertThat(built).isEqualTo(new Shell.Output(0, "", ""));
        assertThat(again).hasSameBinaryContentAs(root.resolve("router"));
        assertThat(again).hasSameBinaryContentAs(root.resolve("veth"));
    }

    private Shell.Output inRoot(String executable, Map<String, String> environment) {
        return Shell.attempt(
                List.of("chroot", root.toString(), executable),
                "{\"cniVersion\": \"1.0.0\"}",
                environment);
    }
}
