package io.metaplugins.e2e;

import static io.metaplugins.e2e.IpOutput.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code meta-plugins trace} tells the way that the packets go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceTest {
    private static final List<String> IPV4 =
            List.of(
                    "10.244.64.10",
                    "10.244.1.7",
                    "10.244.2.5",
                    "10.244.181.69",
                    "172.18.0.2",
                    "172.18.0.3",
                    "172.18.0.1",
                    "172.18.24.120",
                    "172.18.255.255",
                    "169.254.1.1",
                    "10.244.1.0",
                    "198.51.100.1",
                    "127.0.0.1");
    private static final List<String> IPV6 =
            List.of(
                    "fd00:10:64::9",
                    "fd00:10:244:2::5",
                    "fd00:172:18::2",
                    "fd00:172:18::1",
                    "fd00:172:18::24:120",
                    "2001:db8::1",
                    "::1");
    private static final List<String> OF_IPV4 =
            List.of("", " --from 10.244.181.69", " --from 172.18.24.120", " --mark 0x3000000");
    private static final List<String> OF_IPV6 =
            List.of("", " --from fd00:10:244:181::5", " --from fd00:172:18::24:120");

    private final PodOfManyNics pod = PodOfManyNics.onCalico();
    private final Operator operator = new Operator(pod.cluster().sandbox(), "node1");

    @BeforeAll
    void addNics() {
        pod.add(Nic.net1().with("\"reply_path\": true"));
    }

    @AfterAll
    void close() {
        pod.close();
    }

    @Test
    void theWayIsTheOneThatIpShows() {
        List<String> questions = new ArrayList<>();
        IPV4.forEach(to -> OF_IPV4.forEach(how -> questions.add(to + how)));
        IPV6.forEach(to -> OF_IPV6.forEach(how -> questions.add(to + how)));

        List<Operator.Answer> answers =
                operator.types(questions.stream().map("trace demo "::concat).toList());

        List<String> rules = lines(pod.inPod("ip rule; ip -6 rule"));
        List<Way> shown = ofIp(questions);
        for (int i = 0; i < questions.size(); i++) {
            Operator.Answer answer = answers.get(i);
            assertThat(Way.traced(answer.lines())).as(answer.text()).isEqualTo(shown.get(i));
            assertThat(rules).contains(ruleIn(answer.lines()));
        }
    }

    @Test
    void eachPartHasItsReason() {
        assertThat(operator.types("trace demo 10.244.64.10 --from 172.18.24.120").lines())
                .contains("packet from 172.18.24.120 to 10.244.64.10", "leaves by eth0")
                .anyMatch(l ->
                        l.matches(
                                "  rule +1000: from all to 10.244.64.0/18 lookup 100 +"
                                        + "# router net1: service_hijack_subnet"))
                .anyMatch(l ->
                        l.matches(
                                "  table 100 +default via 169.254.1.1 dev eth0 +"
                                        + "# router net1: overlay_interface: .*"));
    }

    @Test
    void whatIsNotOursIsSaid() {
        assertThat(operator.types("trace demo 127.0.0.1").lines())
                .anyMatch(l -> l.matches("  rule +0: from all lookup local +# not ours"))
                .contains("stays in the pod, from 127.0.0.1");
    }

    @Test
    void theDefaultRouteThatLeftIsToldWithTheReason() {
        assertThat(operator.types("trace demo 198.51.100.1").lines())
                .anyMatch(l ->
                        l.matches(
                                "  in place of default via 169.254.1.1 dev eth0 +"
                                        + "router net1: migrate_route: .*"));
    }

    /** The kernel looks twice when a socket is connected, and the second time with an address. */
    @Test
    void aConnectedSocketMayGoByAnotherTable() {
        assertThat(operator.types("trace demo 198.51.100.1").lines())
                .anyMatch(l -> l.matches("  rule +32766: from all lookup main +# not ours"))
                .anyMatch(l ->
                        l.matches(
                                "  rule +1001: from 172.18.24.120 lookup 101 +"
                                        + "# router net1: .*"));
    }

    @Test
    void thePermanentNeighbourIsToldWithTheReason() {
        assertThat(operator.types("trace demo 172.18.0.2").lines())
                .anyMatch(l ->
                        l.matches(
                                "  neighbour +172.18.0.2 dev eth0 lladdr ee:ee:ee:ee:ee:ee"
                                        + " permanent +# router net1: the node, .*"));
    }

    @Test
    void whereThereIsNoWayTheStatusSaysSo() {
        pod.inPod(
                "ip route add unreachable 192.0.2.66; ip rule add priority 7 to 192.0.2.66 lookup main");

        Operator.Answer answer = operator.types("trace demo 192.0.2.66");

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text()).contains("there is no way");
    }

    @Test
    void anAddressThatThePodDoesNotHaveIsRefused() {
        Operator.Answer answer = operator.types("trace demo 198.51.100.1 --from 192.0.2.1");

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text()).contains("--from: 192.0.2.1 is no address of the pod");
    }

    @Test
    void toAGroupNoTableLeads() {
        Operator.Answer answer = operator.types("trace demo 224.0.0.5");

        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.text()).contains("DESTINATION: what goes to 224.0.0.5");
    }

    private static String ruleIn(List<String> answer) {
        for (String line : answer) {
            if (line.startsWith("  rule ")) {
                return line.replaceAll(" +#.*", "").replaceAll("  rule +", "");
            }
        }
        throw new AssertionError(String.join("\n", answer));
    }

    private List<Way> ofIp(List<String> questions) {
        StringBuilder script = new StringBuilder();
        for (String question : questions) {
            String line = question.replace("--", "");
            script.append("ip route get ").append(line).append(" | head -n 1\n");
        }
        return pod.inPod(script.toString()).lines().map(Way::shown).toList();
    }

    /** What both have in common: table, next hop, interface and the address chosen. */
    private record Way(String table, String via, String dev, String source) {

        static Way shown(String line) {
            String local = line.startsWith("local ") ? "local" : "";
            String table = word(line, "table");
            return new Way(
                    table.isEmpty() ? (local.isEmpty() ? "main" : local) : table,
                    word(line, "via"),
                    local.isEmpty() ? word(line, "dev") : local,
                    word(line, "from").isEmpty() || word(line, "from").equals("::")
                            ? word(line, "src")
                            : "");
        }

        static Way traced(List<String> lines) {
            String table = line(lines, "  table ");
            String end =
                    lines.stream()
                            .filter(l -> l.startsWith("leaves ") || l.startsWith("stays "))
                            .findFirst()
                            .orElse("");
            String dev = word(end, "by").replace(",", "");
            return new Way(
                    word(table, "table"),
                    word(table.replaceAll("#.*", ""), "via"),
                    dev.isEmpty() ? "local" : dev,
                    word(end, "from"));
        }

        private static String line(List<String> lines, String start) {
            return lines.stream().filter(l -> l.startsWith(start)).findFirst().orElse("");
        }

        private static String word(String line, String before) {
            List<String> words = List.of(line.strip().split(" +"));
            int place = words.indexOf(before);
            return place < 0 || place + 1 == words.size() ? "" : words.get(place + 1);
        }
    }
}
