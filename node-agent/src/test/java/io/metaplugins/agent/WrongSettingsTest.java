package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.json.Json;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that is started with settings of the node that are wrong, as after an upgrade. */
@ExtendWith(HostUnchanged.class)
class WrongSettingsTest {
    private static final String SCRIPT =
            """
            serve() { "$@" --socket "$PWD/agent.sock" --settings "$PWD/settings.json" \
                --metrics-address "unix:$PWD/http" 2>>agent.log & agent=$!; }
            get() { printf "GET /$1 HTTP/1.0\r\n\r\n" | socat -t 60 - UNIX-CONNECT:$PWD/http; }
            await() { until "$@" >/dev/null 2>&1; do :; done; }
            end() { kill $agent; wait $agent || [ $? = 143 ]; }
            is_ready() { get readyz | grep -q ' 200 '; }
            is_live() { get livez | grep -q ' 200 ' && [ -S agent.sock ]; }
            export META_PLUGINS_SOCKET=$PWD/agent.sock META_PLUGINS_SPOOL=$PWD/spool
            export CNI_CONTAINERID=c0ffee CNI_IFNAME=net1 CNI_NETNS=/run/netns/pod CNI_PATH=/opt
            ask() { CNI_COMMAND=$1 ./router <"$dist/training/router.json" >answer.$2; }
            serve "$@"
            await is_ready
            ask ADD before
            end
            rm -f agent.sock http
            echo '{"service_hijack_subnet": ["10.61.0.0/33"]}' >settings.json
            serve "$@"
            await is_live
            ! ask ADD ADD
            ! ask CHECK CHECK
            ! ask STATUS STATUS
            get readyz >readyz
            get livez >livez
            rules() { ip -n pod rule | sort; }
            wished=$(rules)
            ip -n pod rule del priority $(ip -n pod rule | awk -F: '$1 > 0 { print $1; exit }')
            is_back() { [ "$(rules)" = "$wished" ]; }
            await is_back
            echo '{}' >fresh
            mv fresh settings.json
            await is_ready
            ask CHECK after
            end
            rm -f agent.sock http
            echo '{"service_hijack_subnet": ["10.61.0.0/33"]}' >settings.json
            serve "$@"
            await is_live
            ask DEL DEL
            ip -n pod rule >rules
            end
            """;

    @TempDir static Path directory;

    @BeforeAll
    static void serveAndAsk() {
        new AgentHost(directory).run(SCRIPT);
    }

    private static String said(String file) {
        return new AgentHost(directory).said(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "CHECK", "STATUS"})
    void tellsWhoNeedsThemWhichFileAndWhichKey(String verb) {
        JsonNode error = Json.parse(said("answer." + verb));

        assertThat(error.path("code").intValue()).isEqualTo(7);
        assertThat(error.path("details").textValue())
                .contains(
                        directory.resolve("settings.json").toString(),
                        "service_hijack_subnet",
                        "10.61.0.0/33");
    }

    @Test
    void isLiveAndNotReady() {
        assertThat(said("livez")).startsWith("HTTP/1.0 200 ");
        assertThat(said("readyz"))
                .startsWith("HTTP/1.0 503 ")
                .contains("settings.json", "service_hijack_subnet", "10.61.0.0/33");
        assertThat(said("agent.log").lines())
                .filteredOn(line -> line.contains("10.61.0.0/33"))
                .hasSize(2);
    }

    /** What was on record came back, and a pod could be deleted. */
    @Test
    void servesWhoDoesNotNeedThem() {
        assertThat(said("answer.DEL")).isEmpty();
        assertThat(said("rules").lines()).hasSize(3);
        assertThat(said("agent.log")).contains("put right what was missing: rule");
    }

    @Test
    void servesAllAsSoonAsTheyAreRight() {
        assertThat(said("answer.after")).isEmpty();
    }
}
