package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.json.Json;
import io.metaplugins.testkit.HostUnchanged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that has served real launchers, as whoever watches over it sees it: over its own socket,
 * over HTTP on a unix socket and on TCP.
 */
@ExtendWith(HostUnchanged.class)
class ObservedAgentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    /** What it did and was asked, on a host of its own; what it said is in files. */
    private static final String SCRIPT =
            """
            "$@" --socket "$PWD/agent.sock" --metrics-address "unix:$PWD/http" 2>agent.log &
            first=$!
            get() { printf "GET /$1 HTTP/1.0\\r\\n\\r\\n" | socat -t 60 - "$2"; }
            tell() { printf 'MPLG\\001\\000\\004\\000%b\\000\\000\\000%s\\000' "$1" "$2" |
                socat -t 60 - "UNIX-CONNECT:$PWD/agent.sock" | tail -c +21; }
            until [ -S agent.sock ] && get readyz UNIX-CONNECT:$PWD/http | grep -q ' 200 '; do :; done
            export META_PLUGINS_SOCKET=$PWD/agent.sock META_PLUGINS_SPOOL=$PWD/spool
            export CNI_CONTAINERID=c0ffee CNI_IFNAME=net1 CNI_NETNS=/run/netns/pod CNI_PATH=/opt
            export TRACEPARENT=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
            for verb in ADD CHECK ADD CHECK STATUS; do
                CNI_COMMAND=$verb ./router <"$dist/training/router.json" >answer
            done
            ! CNI_COMMAND=ADD ./router >answer <<'END'
            {"cniVersion": "1.0.0", "name": "underlay", "type": "router", "no_such_key": 1}
            END
            tell '\\010' metrics >metrics.socket
            get metrics UNIX-CONNECT:$PWD/http >metrics.unix
            get livez UNIX-CONNECT:$PWD/http >livez
            get readyz UNIX-CONNECT:$PWD/http >readyz
            get nothing UNIX-CONNECT:$PWD/http >nothing
            printf 'BREW /metrics HTTP/1.0\\r\\n\\r\\n' | socat -t 60 - UNIX-CONNECT:$PWD/http >brew
            tell '\\007' status >status
            ip -4 ntable show name arp_cache >ntable
            CNI_COMMAND=DEL ./router <"$dist/training/router.json" >answer
            kill $first
            wait $first || [ $? = 143 ]
            "$@" --socket "$PWD/agent.sock" --metrics-address 127.0.0.1:9464 2>agent.log &
            second=$!
            until get metrics TCP:127.0.0.1:9464 2>/dev/null >metrics.tcp; do :; done
            kill $second
            wait $second || [ $? = 143 ]
            cp /var/log/meta-plugins/router.log .
            """;

    @TempDir static Path directory;

    @BeforeAll
    static void serveAndAsk() {
        new AgentHost(directory).run(SCRIPT);
    }

    private static String said(String file) {
        return new AgentHost(directory).said(file);
    }

    private static String body(String file) {
        String said = said(file);
        assertThat(said).startsWith("HTTP/1.0 200 OK\r\n");
        return said.substring(said.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void countsEachRequestByPluginVerbAndResult() {
        Exposition told = Exposition.read(said("metrics.socket"));

        for (String each : List.of("ADD:ok:2", "CHECK:ok:2", "STATUS:ok:1", "ADD:7:1")) {
            String[] parts = each.split(":", -1);
            String labels =
                    "{plugin=\"router\",result=\"" + parts[1] + "\",verb=\"" + parts[0] + "\"}";
            double count = Double.parseDouble(parts[2]);
            assertThat(told.value("meta_plugins_requests_total" + labels)).isEqualTo(count);
            assertThat(told.value("meta_plugins_request_duration_seconds_count" + labels))
                    .isEqualTo(count);
        }
    }

    @Test
    void tellsWhatTheTimeOfRequestsWentInto() {
        Exposition told = Exposition.read(said("metrics.socket"));
        String count = "meta_plugins_step_duration_seconds_count{step=\"%s\"}";

        assertThat(told.value(count.formatted("parse"))).isEqualTo(6);
        assertThat(told.value(count.formatted("observe"))).isEqualTo(4);
        assertThat(told.value(count.formatted("plan"))).isEqualTo(2);
        assertThat(told.value(count.formatted("apply"))).isEqualTo(2);
        assertThat(told.value(count.formatted("ledger"))).isEqualTo(4);
        assertThat(told.value("meta_plugins_step_duration_seconds_sum{step=\"apply\"}"))
                .isPositive();
    }

    @Test
    void tellsWhatThereIsNow() {
        Exposition told = Exposition.read(said("metrics.socket"));

        assertThat(told.value("meta_plugins_attachments{plugin=\"router\"}")).isEqualTo(1);
        assertThat(told.value("meta_plugins_spool_requests")).isZero();
        assertThat(told.value("meta_plugins_queue_requests")).isZero();
        assertThat(told.value("meta_plugins_address_conflicts_total{family=\"ipv6\"}")).isZero();
        assertThat(said("ntable"))
                .containsPattern(
                        "thresh3 "
                                + (long)
                                        told.value(
                                                "meta_plugins_neighbour_entries_limit{family=\"ipv4\"}")
                                + "\\s");
        assertThat(told.value("process_resident_memory_bytes")).isBetween(1e7, 1e9);
        assertThat(told.value("process_threads")).isGreaterThan(4);
    }

    @Test
    void tellsTheSameOverHttpOnAUnixSocketAndOnTcp() {
        Set<String> names = Exposition.read(said("metrics.socket")).names();

        assertThat(said("metrics.unix")).contains("\r\nContent-Type: text/plain; version=0.0.4");
        assertThat(Exposition.read(body("metrics.unix")).names()).isEqualTo(names);
        assertThat(names).containsAll(Exposition.read(body("metrics.tcp")).names());
    }

    @Test
    void isLiveAndReady() {
        assertThat(body("livez")).isEqualTo("ok\n");
        assertThat(body("readyz")).isEqualTo("ok\n");
        assertThat(said("nothing")).startsWith("HTTP/1.0 404 Not Found\r\n");
        assertThat(said("brew")).startsWith("HTTP/1.0 405 Method Not Allowed\r\n");
    }

    @Test
    void saysHowItIsInOneJsonObject() {
        JsonNode status = Json.parse(said("status"));

        assertThat(status.path("version").textValue()).isEqualTo("under-test");
        assertThat(status.path("threads").intValue()).isEqualTo(4);
        assertThat(status.path("attachments").path("router").intValue()).isEqualTo(1);
        assertThat(status.path("ready").booleanValue()).isTrue();
    }

    @Test
    void eachLineOfARequestSaysWhichTraceAndSpanItIsOf() {
        Set<String> spans = new HashSet<>();
        Matcher lines =
                Pattern.compile("\\[[A-Z]+ .*trace=" + TRACE + " span=([0-9a-f]{16})]")
                        .matcher(said("router.log"));
        while (lines.find()) {
            spans.add(lines.group(1));
        }

        assertThat(said("router.log").lines()).allMatch(line -> line.contains(" trace=" + TRACE));
        assertThat(spans).hasSize(7);
    }

    @Test
    void everyMetricOfTheDashboardIsTold() throws IOException {
        JsonNode dashboard =
                Json.parse(Files.readString(Path.of("../docs/grafana-dashboard.json")));
        Set<String> asked = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                Matcher name =
                        Pattern.compile("(meta_plugins|process|jvm)_[a-z0-9_]+")
                                .matcher(target.path("expr").textValue());
                while (name.find()) {
                    asked.add(name.group());
                }
            }
        }

        assertThat(asked).hasSizeGreaterThan(10);
        assertThat(Exposition.read(said("metrics.socket")).names()).containsAll(asked);
    }
}
