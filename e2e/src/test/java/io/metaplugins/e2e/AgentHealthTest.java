package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sees of an agent that is not well, and of what befalls its node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentHealthTest {
    private static final String HTTP = "/run/http";
    private static final String LEDGER = "/run/meta-plugins/ledger";
    private static final String WELL = "HTTP/1.0 200 OK";
    private static final String ILL = "HTTP/1.0 503 Service Unavailable";

    /**
     * More than come and go meanwhile in other namespaces, which have the same table. Permanent
     * ones, for the kernel drops others when there are more than {@code gc_thresh2}.
     */
    private static final int NEIGHBOURS = 900;

    private static final int MOST_OF_THEM = 600;

    private final AgentNode node = AgentNode.open();
    private final Attachment pod = node.addPod();
    private final Attachment other = node.addPod();

    AgentHealthTest() {
        node.serve("--threads", "1", "--request-time", "1", "--metrics-address", "unix:" + HTTP);
    }

    @AfterAll
    void close() {
        node.close();
    }

    private String get(String path) {
        return node.run(
                "printf 'GET %s HTTP/1.0\\r\\n\\r\\n' | socat -t 60 - UNIX-CONNECT:%s"
                        .formatted(path, HTTP));
    }

    private double metric(String series) {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(series + " is not told"));
    }

    @Test
    void isLiveButNotReadyWhileItCannotWriteTheLedger() {
        node.run("mount -t tmpfs -o ro none " + LEDGER);
        try {
            assertThat(get("/readyz")).startsWith(ILL).contains("Read-only file system");
            assertThat(get("/livez")).startsWith(WELL);
        } finally {
            node.run("umount " + LEDGER);
        }
        assertThat(get("/readyz")).startsWith(WELL);
    }

    /** As long as they hang, no thread looks for requests; two are as many as one may become. */
    @Test
    void isNotLiveWhenAllThreadsHangAndLiveAgainWhenTheyDoNot() throws IOException {
        assertThat(get("/livez")).startsWith(WELL);
        try (HeldContainer _ = HeldContainer.hold(node, pod);
                HeldContainer _ = HeldContainer.hold(node, other)) {
            assertThat(node.ask("ADD", pod, "0", "3").status()).isEqualTo(1);
            assertThat(node.ask("ADD", other, "0", "3").status()).isEqualTo(1);

            Patience.until(() -> get("/livez").startsWith(ILL), ILL, () -> get("/livez"));
            assertThat(get("/livez")).contains("no thread has looked for requests for 16 s");
        }
        Patience.until(() -> get("/livez").startsWith(WELL), WELL, () -> get("/livez"));
        assertThat(node.ask("DEL", pod)).isEqualTo(new Shell.Output(0, "", ""));
        assertThat(node.ask("DEL", other)).isEqualTo(new Shell.Output(0, "", ""));
    }

    @ParameterizedTest
    @CsvSource({"ipv4, 172.18.30.1/16", "ipv6, fd00:172:18::30:1/64"})
    void countsAddsThatFailSinceAnotherHostHasTheAddress(String family, String address) {
        String counter = "meta_plugins_address_conflicts_total{family=\"" + family + "\"}";
        Attachment careful =
                new Attachment(
                        pod.conflist()
                                .replace(
                                        "\"type\": \"router\",",
                                        "\"type\": \"router\", \"ip_conflict\": {\"enabled\": true},"),
                        pod.container(),
                        pod.netns(),
                        pod.ifname());
        node.runtime().delOnly("macvlan", pod);
        node.runtime().addOnly("macvlan", careful);
        double before = metric(counter);
        node.sandbox()
                .run(
                        """
                        ip netns add stranger
                        ip -n node1 link set wire netns stranger
                        ip -n stranger link set wire up
                        ip -n stranger address add %1$s dev wire nodad 2>/dev/null ||
                            ip -n stranger address add %1$s dev wire
                        """
                                .formatted(address));
        try {
            assertThat(node.ask("ADD", careful).stdout()).contains("\"code\":103");
        } finally {
            node.sandbox()
                    .run(
                            "ip -n stranger link set wire netns node1; ip netns delete stranger;"
                                    + " ip -n node1 link set wire up");
        }
        assertThat(metric(counter)).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource({"ipv4, 172.18.%d.%d", "ipv6, fd00:172:18::%d:%d"})
    void tellsHowManyNeighboursTheKernelKnows(String family, String address) {
        String entries = "meta_plugins_neighbour_entries{family=\"" + family + "\"}";
        StringBuilder batch = new StringBuilder();
        for (int number = 0; number < NEIGHBOURS; number++) {
            batch.append("neighbour replace ")
                    .append(address.formatted(100 + number / 200, 1 + number % 200))
                    .append(" lladdr 02:00:00:00:00:01 nud permanent dev eth0\n");
        }
        double before = metric(entries);

        node.run("ip -batch - <<END\n" + batch + "END");

        assertThat(metric(entries)).isGreaterThan(before + MOST_OF_THEM);
        assertThat(metric("meta_plugins_neighbour_entries_limit{family=\"" + family + "\"}"))
                .isGreaterThan(MOST_OF_THEM);
        node.run("ip neighbour flush dev eth0 nud permanent");
        Patience.until(
                () -> metric(entries) < before + MOST_OF_THEM,
                "fewer than " + (before + MOST_OF_THEM),
                () -> metric(entries));
    }
}
