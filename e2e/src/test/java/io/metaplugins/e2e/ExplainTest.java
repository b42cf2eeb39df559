package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code router --explain} prints is what ADD does. */
class ExplainTest {
    private static final Attachment ATTACHMENT = Nic.net1().attachment();

    @Test
    void explainChangesNothing() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            pod.addWithoutRouter(Nic.net1());
            List<String> before = pictures(pod);

            explain(pod, ATTACHMENT);

            assertThat(pictures(pod)).containsExactlyElementsOf(before);
        }
    }

    @Test
    void theScriptDoesByHandWhatAddDoes() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            pod.addWithoutRouter(Nic.net1());
            String script = explain(pod, ATTACHMENT);
            List<String> added = addAndDelete(pod, ATTACHMENT);
            pod.onNode("ip rule del priority 1000; ip -6 rule del priority 1000");

            pod.onNode(script);

            assertThat(pictures(pod)).containsExactlyElementsOf(added);
            assertThat(pod.onNode("ip rule; ip -6 rule")).contains("1000:\tfrom all lookup 500");
        }
    }

    @Test
    void theScriptForASecondNicDoesByHandWhatAddDoes() {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1())) {
            pod.addWithoutRouter(Nic.net2());
            String script = explain(pod, Nic.net2().attachment());
            List<String> added = addAndDelete(pod, Nic.net2().attachment());

            pod.onNode(script);

            assertThat(pictures(pod)).containsExactlyElementsOf(added);
        }
    }

    /** Gives what ADD made of the pod and the node. */
    private static List<String> addAndDelete(PodOfManyNics pod, Attachment attachment) {
        pod.runtime().addOnly("router", attachment);
        List<String> added = pictures(pod);
        pod.runtime().delOnly("router", attachment);
        return added;
    }

    private static List<String> pictures(PodOfManyNics pod) {
        List<String> both = new ArrayList<>(pod.cluster().picture("pod"));
        both.addAll(pod.cluster().picture("node1"));
        return both;
    }

    private static String explain(PodOfManyNics pod, Attachment attachment) {
        Shell.Output output = pod.explain(attachment);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout();
    }
}
