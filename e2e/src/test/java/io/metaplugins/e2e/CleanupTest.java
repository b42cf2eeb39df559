package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code meta-plugins cleanup} and {@code gc} leave a node as if there had been no plugin. */
@ParameterizedClass(name = "{0}")
@EnumSource(Scenario.class)
class CleanupTest {
    private final PodOfManyNics pod;
    private final Operator operator;
    private final Scenario scenario;
    private List<String> before = List.of();

    CleanupTest(Scenario scenario) {
        this.scenario = scenario;
        this.pod = scenario.open();
        this.operator = new Operator(pod.cluster().sandbox(), "node1");
    }

    @BeforeEach
    void add() {
        pod.addByMacvlanAlone(scenario.first());
        before = pictures();
        pod.runtime().addOnly(scenario.plugin(), scenario.attachment());
    }

    @AfterEach
    void close() {
        pod.close();
    }

    @Test
    void cleanupTakesAwayWhatIsOurs() {
        assertThat(pictures()).isNotEqualTo(before);

        Operator.Answer answer = operator.types("cleanup --yes");

        assertThat(answer.status()).as(answer.text()).isZero();
        assertThat(pictures()).containsExactlyElementsOf(before);
        assertThat(pod.onNode("ls /run")).doesNotContain("meta-plugins");
    }

    @Test
    void cleanupWithALostLedgerTakesAwayWhatBearsOurMarkOnTheNode() {
        pod.onNode("rm -r /run/meta-plugins");

        assertThat(operator.types("cleanup --yes").status()).isZero();

        assertThat(pod.onNode("ip rule; ip -6 rule")).doesNotContain("1000:");
        assertThat(pod.onNode("ip route show table all; ip -6 route show table all"))
                .doesNotContain("proto 199");
        assertThat(pod.onNode("nft list tables")).doesNotContain("meta-plugins");
    }

    @Test
    void cleanupSparesPodsThatLiveUnlessOneIsSure() {
        List<String> added = pictures();

        Operator.Answer refused = operator.types("cleanup");
        Operator.Answer dry = operator.types("cleanup --dry-run");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.text()).contains("default/demo (pod-containe) lives", "--yes");
        assertThat(dry.status()).isZero();
        assertThat(dry.text())
                .contains("  remove rule from 172.18.24.12")
                .contains("  remove rule from all priority 1000 lookup 500")
                .contains("  put back sysctl net/ipv4/conf/");
        assertThat(pictures()).containsExactlyElementsOf(added);
        pod.runtime().checkOnly(scenario.plugin(), scenario.attachment());
    }

    @Test
    void gcTakesAwayWhatIsLeftOfAPodThatIsGone() {
        assertThat(operator.types("gc").text()).isEmpty();
        pod.runtime().checkOnly(scenario.plugin(), scenario.attachment());
        String count = pod.onNode("ip -o link | wc -l").strip();
        // What still runs in the pod would hold it, and so the pod would live.
        pod.cluster().sandbox().run("ip netns pids pod | xargs -r kill -9; ip netns del pod");
        // The kernel takes the pod's links away when it comes to it; with them the pod is gone.
        pod.onNode(
                "timeout 60 sh -c 'until [ $(ip -o link | wc -l) -lt " + count + " ]; do :; done'");

        List<Operator.Answer> answers =
                operator.types(List.of("list", "gc --dry-run", "gc", "list"));

        assertThat(answers.get(0).text()).contains("gone");
        assertThat(answers.get(1).text()).contains("would take away " + scenario.plugin());
        assertThat(answers.get(2).status()).isZero();
        assertThat(answers.get(3).lines()).hasSize(1);
        assertThat(pod.onNode("ip route show table 500 2>&1 || true")).doesNotContain("172.18");
        assertThat(pod.onNode("find /run/meta-plugins -name '*.json*'")).isEmpty();
    }

    /** As where the directory of the namespaces is not what it is for the runtime. */
    @Test
    void gcSparesAPodThatLivesThoughItsPathIsNotToBeSeen() {
        List<String> added = pictures();
        pod.cluster()
                .sandbox()
                .run(
                        "touch /run/held && mount --bind /run/netns/pod /run/held && ip netns del pod");

        Operator.Answer answer = operator.types("gc");

        pod.cluster()
                .sandbox()
                .run("touch /run/netns/pod && mount --bind /run/held /run/netns/pod");
        assertThat(answer.status()).as(answer.text()).isZero();
        assertThat(answer.text()).isEmpty();
        assertThat(pictures()).containsExactlyElementsOf(added);
        pod.runtime().checkOnly(scenario.plugin(), scenario.attachment());
    }

    private List<String> pictures() {
        List<String> both = new ArrayList<>(pod.cluster().picture("pod"));
        both.addAll(pod.cluster().picture("node1"));
        both.addAll(pod.onNode("ip rule; ip -6 rule; nft list tables").lines().toList());
        return both;
    }
}
