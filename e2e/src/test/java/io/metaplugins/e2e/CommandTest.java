package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What {@code meta-plugins} tells of a pod with two NICs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandTest {
    private final PodOfManyNics pod = PodOfManyNics.onCalico();
    private final Operator operator = new Operator(pod.cluster().sandbox(), "node1");

    @BeforeAll
    void addNics() {
        pod.add(Nic.net1().with("\"reply_path\": true"));
        pod.add(Nic.net2());
    }

    @AfterAll
    void close() {
        pod.close();
    }

    @Test
    void listsEachAttachmentInALine() {
        String row = "default/demo +pod-containe +%s +macvlan-overlay +router +\\S+Z +ok";
        assertThat(operator.types("list").lines())
                .hasSize(3)
                .anyMatch(l -> l.matches(row.formatted("net1")))
                .anyMatch(l -> l.matches(row.formatted("net2")));
        assertThat(operator.types("list --output wide").text())
                .contains("pod-container ", "/run/netns/pod");
    }

    @Test
    void listsForProgramsToo() {
        JsonNode first = json(operator.types("list -o json").text()).path("attachments").path(0);

        assertThat(first.path("pod").asText()).isEqualTo("default/demo");
        assertThat(first.path("container").asText()).isEqualTo("pod-container");
        assertThat(first.path("interface").asText()).isEqualTo("net1");
        assertThat(first.path("state").asText()).isEqualTo("ok");
    }

    @Test
    void showsAllRulesAndRoutesOfThePod() {
        String shown = operator.types("show default/demo").text();

        for (String line : IpOutput.lines(pod.inPod("ip rule; ip -6 rule"))) {
            assertThat(shown).contains("  " + line);
        }
        for (String line : IpOutput.lines(pod.inPod("ip route show table 101"))) {
            assertThat(shown).contains(line.replaceAll(" .*", ""));
        }
        assertThat(shown)
                .contains("net1 by router in macvlan-overlay since ", "net2 macvlan up mtu 1500")
                .contains("# router net1: service_hijack_subnet", "# router net1: reply_path")
                .contains("route 172.18.24.121/32 dev cali8f2c1d94b3e table 500");
    }

    @Test
    void aPodIsKnownByTheBeginningOfItsContainersId() {
        assertThat(operator.types("show pod-c").status()).isZero();
        assertThat(operator.types("show demo").status()).isZero();
        Operator.Answer answer = operator.types("show other");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text()).isEqualTo("meta-plugins: nothing is on record of 'other'\n");
    }

    @Test
    void checkNamesWhatDeviatesUntilItIsMended() {
        assertThat(operator.types("check").status()).isZero();
        pod.inPod("ip rule del priority 1002");

        List<Operator.Answer> answers = operator.types(List.of("check", "check demo", "list"));

        pod.inPod("ip rule add priority 1002 from 10.244.181.69 lookup 100 protocol 199");
        for (Operator.Answer answer : answers.subList(0, 2)) {
            assertThat(answer.status()).isEqualTo(1);
            assertThat(answer.text())
                    .contains("missing: rule from 10.244.181.69 priority 1002 lookup 100");
        }
        assertThat(answers.get(2).text()).contains("deviates");
    }

    @Test
    void repairPutsRightWhatCheckNames() {
        pod.inPod("ip rule del priority 1002; ip route flush table 101");
        pod.onNode("ip route del 172.18.24.120 table 500");

        List<Operator.Answer> answers = operator.types(List.of("repair pod-c", "check", "repair"));

        assertThat(answers.get(0).status()).isZero();
        assertThat(answers.get(0).lines())
                .anyMatch(l ->
                        l.startsWith(
                                "default/demo (pod-containe) router net1: put right: missing: rule"
                                        + " from 10.244.181.69 priority 1002 lookup 100"));
        assertThat(answers.get(1).status()).as(answers.get(1).text()).isZero();
        assertThat(answers.get(2).text()).isEmpty();
        assertThat(pod.inPod("ip rule")).contains("1002:\tfrom 10.244.181.69 lookup 100");
    }

    @Test
    void explainsAsThePluginItself() {
        Attachment net2 = Nic.net2().attachment();
        String request = pod.runtime().configuration(net2, "router").toString();

        Shell.Output told = operator.executes(request, net2.environment(), "explain", "router");

        assertThat(told.stderr()).isEmpty();
        assertThat(told.stdout()).startsWith("#!/bin/sh -e").isEqualTo(pod.explain(net2).stdout());
        Shell.Output unknown = operator.executes(request, net2.environment(), "explain", "brook");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.stderr()).contains("PLUGIN: 'brook' is none: want router, veth, coord");
    }

    @Test
    void validatesAsThePluginItself() {
        String list = Nic.net1().with("\"migrate_rout\": 7").conflist();

        Shell.Output one = operator.executes(list, Map.of(), "validate", "router", "-");
        Shell.Output all = operator.executes(list, Map.of(), "validate", "all", "-");
        Shell.Output good =
                operator.executes(Nic.net1().conflist(), Map.of(), "validate", "all", "-");

        assertThat(one.status()).isEqualTo(1);
        assertThat(one.stdout()).startsWith("-: plugins[1]: ").contains("migrate_rout");
        assertThat(all.stdout()).isEqualTo(one.stdout());
        assertThat(good.stdout()).isEqualTo("-: valid\n");
        assertThat(good.status()).isZero();
        assertThat(operator.executes("{}", Map.of(), "validate", "all", "-").stderr())
                .contains("names no plugin of ours");
    }

    @Test
    void withoutAnAgentStatusTellsWhatIsKnown() {
        Operator.Answer answer = operator.types("status");

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text())
                .contains("no agent at /run/meta-plugins/agent.sock: ")
                .contains("on record: 2 attachments of 1 pods")
                .contains("waiting for an agent: 0 requests");
    }

    @Test
    void aWrongCommandLineIsToldInALine() {
        for (String wrong : List.of("nothing", "list -o xml", "trace demo", "trace demo 1.2.3")) {
            Operator.Answer answer = operator.types(wrong);
            assertThat(answer.status()).as(wrong).isEqualTo(2);
            assertThat(answer.lines()).as(wrong).hasSize(1);
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not one JSON document: " + text, e);
        }
    }
}
