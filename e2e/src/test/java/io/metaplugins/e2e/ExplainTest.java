package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code --explain} prints is what ADD does. */
@ParameterizedClass(name = "{0}")
@EnumSource(Scenario.class)
class ExplainTest {
    private final Scenario scenario;
    private final Attachment attachment;

    ExplainTest(Scenario scenario) {
        this.scenario = scenario;
        this.attachment = scenario.attachment();
    }

    @Test
    void explainChangesNothing() {
        try (PodOfManyNics pod = scenario.open()) {
            pod.addByMacvlanAlone(scenario.first());
            List<String> before = pictures(pod);

            explain(pod, attachment);

            assertThat(pictures(pod)).containsExactlyElementsOf(before);
        }
    }

    @Test
    void ofAPluginThatIsToldToDoNothingTheScriptHasNoCommand() {
        try (PodOfManyNics pod = scenario.open()) {
            Nic idle = scenario.first().with("\"skip_call\": true");
            pod.addByMacvlanAlone(idle);

            assertThat(explain(pod, idle.attachment()).lines()).allMatch(l -> l.startsWith("#"));
        }
    }

    @Test
    void theScriptDoesByHandWhatAddDoes() {
        try (PodOfManyNics pod = scenario.open()) {
            pod.addByMacvlanAlone(scenario.first());
            String script = explain(pod, attachment);
            List<String> added = addAndDelete(pod, attachment);
            pod.onNode("ip rule del priority 1000; ip -6 rule del priority 1000");

            pod.onNode(script);

            assertThat(pictures(pod)).containsExactlyElementsOf(added);
            assertThat(pod.onNode("ip rule; ip -6 rule")).contains("1000:\tfrom all lookup 500");
        }
    }

    @Test
    void theScriptForASecondNicDoesByHandWhatAddDoes() {
        try (PodOfManyNics pod = scenario.open()) {
            pod.add(scenario.first());
            pod.addByMacvlanAlone(scenario.second());
            String script = explain(pod, scenario.second().attachment());
            List<String> added = addAndDelete(pod, scenario.second().attachment());

            pod.onNode(script);

            assertThat(pictures(pod)).containsExactlyElementsOf(added);
        }
    }

    /** Gives what ADD made of the pod and the node. */
    private List<String> addAndDelete(PodOfManyNics pod, Attachment which) {
        pod.runtime().addOnly(scenario.plugin(), which);
        List<String> added = pictures(pod);
        pod.runtime().delOnly(scenario.plugin(), which);
        return added;
    }

    private static List<String> pictures(PodOfManyNics pod) {
        List<String> both = new ArrayList<>(pod.cluster().picture("pod"));
        both.addAll(pod.cluster().picture("node1"));
        return both;
    }

    private String explain(PodOfManyNics pod, Attachment which) {
        Shell.Output output = pod.explain(scenario.plugin(), which);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout();
    }
}
