package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.log.LogOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamsTest {
    private static final String CONFIG =
            """
            {"cniVersion": "1.1.0", "name": "lan", "type": "echo",
             "service_hijack_subnet": ["10.96.0.0/12"],
             "prevResult": {
               "interfaces": [{"name": "net1", "mac": "02:00:00:00:00:01", "mtu": 1500,
                               "sandbox": "/run/netns/c0ffee"}],
               "ips": [{"interface": 0, "address": "172.18.24.120/16", "gateway": "172.18.0.1"}],
               "routes": [{"dst": "0.0.0.0/0", "priority": 5}]}}
            """;

    private final EchoPlugin plugin = new EchoPlugin();

    @Test
    void unexpectedExceptionIsAnInternalErrorWithItsTraceInTheLogOnly(@TempDir Path directory)
            throws IOException {
        plugin.failWith(new IllegalStateException("no such thing"));
        Path log = directory.resolve("echo.log");

        Execution execution =
                Execution.of(plugin, Execution.environment("STATUS"), logging(CONFIG, log));

        assertThat(execution.details(999))
                .isEqualTo("java.lang.IllegalStateException: no such thing");
        assertThat(execution.stderr()).isEmpty();
        assertThat(Files.readString(log))
                .contains(
                        "ERROR [STATUS c0ffee net1] PluginMain: internal error:",
                        "\tjava.lang.IllegalStateException: no such thing\n",
                        "\tat io.metaplugins.cni.StreamsTest.");
    }

    private static String logging(String config, Path log) {
        return config.replace(
                "\"type\"", "\"log_options\": {\"log_file\": \"" + log + "\"}, \"type\"");
    }

    @Test
    void everyRequestLeavesALineInTheLog(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("echo.log");
        Map<String, String> environment = Execution.environment("ADD");
        environment.put("CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0");

        Execution.of(plugin, environment, logging(CONFIG, log));
        environment.remove("CNI_NETNS");
        Execution.of(plugin, environment, logging(CONFIG, log));

        List<String> lines = Files.readAllLines(log);
        assertThat(lines.get(0))
                .contains(" INFO [ADD c0ffee net1 default/web-0] PluginMain: done in ");
        assertThat(lines.get(1))
                .endsWith(
                        " ERROR [ADD c0ffee net1 default/web-0] PluginMain: code 4: invalid"
                                + " environment variables: CNI_NETNS missing");
        assertThat(lines).hasSize(2);
    }

    @Test
    void eachLineSaysWhichTraceItIsOfAndWhichSpanOfIt(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("echo.log");
        Map<String, String> environment = Execution.environment("ADD");
        environment.put("TRACEPARENT", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        Execution.of(plugin, environment, logging(CONFIG, log));
        environment.put("TRACEPARENT", "00-4bf92f35-00f067aa-01");
        Execution.of(plugin, environment, logging(CONFIG, log));

        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .containsPattern(
                        " INFO \\[ADD c0ffee net1 trace=4bf92f3577b34da6a3ce929d0e0e4736"
                                + " span=[0-9a-f]{16}] PluginMain: done in ");
        assertThat(lines.get(1))
                .contains(" WARN [ADD c0ffee net1] ")
                .contains("TRACEPARENT='00-4bf92f35-00f067aa-01': want ");
        assertThat(lines.get(2)).contains(" INFO [ADD c0ffee net1] PluginMain: done in ");
    }

    @Test
    void inputThatIsNoJsonLeavesALineInTheDefaultLog(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("made/by/us/echo.log");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new PluginMain(plugin, LogOptions.defaults("echo").withFile(log))
                .run(
                        List.of(),
                        Execution.environment("ADD"),
                        new ByteArrayInputStream(new byte[] {'{'}),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        nowhere());

        assertThat(Files.readString(log)).contains("code 6: failed to decode content");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"code\":6");
    }

    @Test
    void logThatCannotBeWrittenFailsNothing() {
        Execution execution =
                Execution.of(
                        plugin,
                        Execution.environment("ADD"),
                        logging(CONFIG, Path.of("/proc/nowhere/echo.log")));

        assertThat(execution.status()).isZero();
        assertThat(execution.answer().get("ips")).hasSize(1);
        assertThat(execution.stderr()).startsWith("cannot log to /proc/nowhere/echo.log");
    }

    @Test
    void inputThatCannotBeReadIsAnIoFailure() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("pipe burst");
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        throw new IOException("pipe burst");
                    }
                };

        int status =
                main().run(
                                List.of(),
                                Execution.environment("ADD"),
                                broken,
                                new PrintStream(out, false, StandardCharsets.UTF_8),
                                nowhere());

        assertThat(new Execution(status, out.toString(StandardCharsets.UTF_8), "").details(5))
                .contains("pipe burst");
    }

    @Test
    void standardOutputThatIsClosedIsAFailure() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream closed =
                new OutputStream() {
                    @Override
                    public void write(int each) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };

        int status =
                main().run(
                                List.of(),
                                Execution.environment("ADD"),
                                new ByteArrayInputStream(CONFIG.getBytes(StandardCharsets.UTF_8)),
                                new PrintStream(closed, false, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot write", "172.18.24.120");
    }

    private PluginMain main() {
        return new PluginMain(plugin, LogOptions.defaults("echo").withFile(Path.of("/dev/null")));
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
