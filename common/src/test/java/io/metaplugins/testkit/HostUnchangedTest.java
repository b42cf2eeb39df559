package io.metaplugins.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class HostUnchangedTest {
    /** Only run by the tests below, so not named as a test. */
    static class Visitor {
        @RegisterExtension
        final HostUnchanged hostUnchanged = new HostUnchanged(Duration.ofSeconds(1));

        @Test
        void tidies() {
            try (TestNetns pod = TestNetns.create("pod")) {
                Shell.run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
                Shell.run("ip", "link", "set", "v1", "netns", pod.name());
            }
        }

        @Test
        void leavesARule() {
            Shell.run("ip", "rule", "add", "priority", "77", "lookup", "500");
        }
    }

    @Test
    void passesWhenTheLinksDieWithTheNamespaceOfTheirPeer() {
        assertThat(run("tidies").failed().stream().toList()).isEmpty();
    }

    @Test
    void namesTheRuleThatATestForgot() {
        try {
            assertThat(run("leavesARule").failed().stream().toList())
                    .singleElement()
                    .asString()
                    .contains("+ 77:\tfrom all lookup 500");
        } finally {
            Shell.run("ip", "rule", "delete", "priority", "77");
        }
    }

    private static Events run(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Visitor.class, method))
                .execute()
                .testEvents();
    }
}
