package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.gone;
import static io.metaplugins.engine.Stage.node;
import static io.metaplugins.engine.Stage.pod;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no longer as the plan says is named, and made so again. */
class EngineRepairTest extends EngineOnStage {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    link set net1 address 02:00:00:00:00:cc | differs: link net1 address 02:00:00:00:00:aa in container (the pod wants it), found link net1 address 02:00:00:00:00:cc mtu 1500 txqueuelen 500 up
                    rule del priority 1002 | missing: rule from 10.244.1.5 priority 1002 lookup 100 in container (the pod wants it)
                    -6 rule del priority 1002 | missing: rule from fd00:e::5 priority 1002 lookup 100 in container (the pod wants it)
                    addr del 169.254.77.1/32 dev net1 | missing: addr 169.254.77.1/32 dev net1 in container (the pod wants it)
                    route del 169.254.1.1 table 100 | missing: route 169.254.1.1/32 dev eth0 table 100 scope link in container (the pod wants it)
                    -6 route del default table 100 | missing: route default via fd00:e::1 dev eth0 table 100 in container (the pod wants it)
                    route replace default via 172.18.0.9 dev net1 | differs: route default via 172.18.0.1 dev net1 table main in container (the pod wants it), found route default via 172.18.0.9 dev net1 table main
                    neigh del 169.254.1.1 dev eth0 | missing: neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:bb nud permanent in container (the pod wants it)
                    neigh replace 169.254.1.1 lladdr 02:00:00:00:00:03 dev eth0 nud permanent | differs: neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:bb nud permanent in container (the pod wants it), found neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:03 nud permanent
                    rule add priority 3000 from 10.0.0.0/8 lookup 77 | present but should be gone: rule from 10.0.0.0/8 priority 3000 lookup 77 in container (it is in the way)
                    -6 route append default via fd00:e::1 dev eth0 | present but should be gone: route default via fd00:e::1 dev eth0 table main in container (it is in the way)
                    """)
    void namesWhatIsBroken(String command, String deviation) {
        apply(Stage.everything());

        stage.podIp(command);

        assertThat(deviations(recorded().plan())).containsExactly(deviation);
    }

    @Test
    void namesABrokenSetting() {
        apply(Stage.everything());

        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=0");

        assertThat(deviations(recorded().plan()))
                .containsExactly(
                        "differs: sysctl net/ipv4/conf/cali.7/rp_filter=2 in host (the pod wants it"
                                + " on the node), found sysctl net/ipv4/conf/cali.7/rp_filter=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    nft flush ruleset; missing: RULE in container (the pod wants it)
                    nft flush table inet meta-plugins; missing: RULE in container (the pod wants it)
                    nft delete rule inet meta-plugins requests handle 2; missing: RULE in container (the pod wants it)
                    nft replace rule inet meta-plugins requests handle 2 ct state new counter comment '"c0ffee net1"'; differs: RULE in container (the pod wants it), found nft rule inet meta-plugins requests ct state new [ counter ] comment "c0ffee net1"
                    nft replace rule inet meta-plugins requests handle 2 iifname eth0 ct state new; missing: RULE in container (the pod wants it)
                    """)
    void namesAndRepairsABrokenPacketFilter(String command, String deviation) {
        String before = stage.look();
        apply(Stage.everything());

        stage.pod.run("sh", "-c", command);

        assertThat(deviations(recorded().plan()))
                .containsExactly(deviation.replace("RULE", Stage.MARKING.toString()));
        apply(Stage.everything());
        assertThat(deviations(recorded().plan())).isEmpty();
        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        stage.pod.run("nft", "flush ruleset");
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void removesARuleThatIsInTheWayAndPutsItBack() {
        apply(plan(pod(Stage.MARKING)));
        String before = stage.look();

        apply(SECOND, plan(gone(Stage.MARKING)), stage.kernels());

        assertThat(stage.pod.run("nft", "list", "ruleset")).isEmpty();
        try (Ledger.Entry entry = ledger.open(SECOND, PATIENCE)) {
            assertThat(engine.revert(entry, entry.read().orElseThrow(), stage.kernels())).isEmpty();
        }
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void leavesThePacketFiltersOfOthers() {
        for (String command :
                List.of(
                        "add table ip theirs",
                        "add chain ip theirs c { type nat hook postrouting priority 100; }",
                        "add rule ip theirs c masquerade",
                        "add table inet meta-plugins",
                        "add chain inet meta-plugins source "
                                + Stage.MASQUERADE.chain().definition(),
                        "add rule inet meta-plugins source counter")) {
            stage.host.run("nft", command);
        }
        String before = stage.look();

        apply(plan(node(Stage.MASQUERADE)));
        assertThat(revert()).isEmpty();

        assertThat(stage.look()).isEqualTo(before);
    }
}
