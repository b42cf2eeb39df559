package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.CALI;
import static io.metaplugins.engine.Stage.ETH0;
import static io.metaplugins.engine.Stage.HOST_TABLE;
import static io.metaplugins.engine.Stage.NET1;
import static io.metaplugins.engine.Stage.TABLE;
import static io.metaplugins.engine.Stage.connected;
import static io.metaplugins.engine.Stage.node;
import static io.metaplugins.engine.Stage.pod;
import static io.metaplugins.engine.Stage.ruleFrom;
import static io.metaplugins.engine.Stage.via;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others change under a running pod is put right, each thing for itself. */
class EngineDriftTest extends EngineOnStage {
    private List<Repair> repair(AttachmentId id, Kernels kernels) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return engine.repair(entry, entry.read().orElseThrow(), kernels, List.of());
        }
    }

    private List<String> repair() {
        return repair(ID, stage.kernels()).stream().map(EngineDriftTest::told).toList();
    }

    private static String told(Repair repair) {
        KernelException refusal = repair.refusal();
        return repair.deviation() + (refusal == null ? "" : ": " + refusal.getMessage());
    }

    /** Kernels that take nothing. */
    private Kernels readOnly() {
        AtomicInteger first = new AtomicInteger();
        return stage.kernels(kernel -> new Fault(kernel, first, Fault.What.KILLED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link set net1 address 02:00:00:00:00:cc",
                "link set net1 txqueuelen 7",
                "link set veth0 down",
                "rule del priority 1002",
                "-6 rule del priority 1002",
                "addr del 169.254.77.1/32 dev net1",
                "route flush table 100",
                "-6 route del default table 100",
                "route replace default via 172.18.0.9 dev net1",
                "route del default",
                "neigh del 169.254.1.1 dev eth0",
                "neigh replace 169.254.1.1 lladdr 02:00:00:00:00:03 dev eth0 nud permanent",
                "rule add priority 3000 from 10.0.0.0/8 lookup 77",
                "route append default via 169.254.1.1 dev eth0",
                "addr add 172.18.24.121/16 dev net1",
                "link del veth0"
            })
    void makesThePodAsItWas(String command) {
        String before = stage.look();
        apply(Stage.everything());
        String after = stage.look();

        stage.podIp(command);

        comesBackTo(after, before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip rule del priority 1000",
                "ip route flush table 500",
                "ip -6 route flush table 500",
                "ip route replace 172.18.24.120/32 dev vethc0ffee table 500",
                "ip neigh del 172.18.24.120 dev cali.7",
                "ip neigh replace 172.18.24.120 lladdr 02:00:00:00:00:03 dev cali.7 nud permanent",
                "sysctl -qw net/ipv4/conf/cali.7/rp_filter=0",
                "ip link set vethc0ffee mtu 1300",
                "ip link set vethc0ffee address 02:00:00:00:00:dd",
                "ip link set vethc0ffee down",
                "ip link del vethc0ffee",
                "nft flush chain inet meta-plugins source",
                "nft flush ruleset"
            })
    void makesTheNodeAsItWas(String command) {
        String before = stage.look();
        apply(Stage.everything());
        String after = stage.look();

        stage.host.run(command.split(" "));

        comesBackTo(after, before);
    }

    /** Once, whole, and so that DEL still leads back to what was before. */
    private void comesBackTo(String after, String before) {
        assertThat(repair(ID, stage.kernels())).isNotEmpty().allMatch(Repair::isDone);
        assertThat(lines(stage.look())).isEqualTo(lines(after));
        Receipt receipt = recorded();
        assertThat(repair(ID, readOnly())).isEmpty();
        assertThat(recorded()).isEqualTo(receipt);
        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        assertThat(lines(stage.look())).isEqualTo(lines(before));
    }

    /** What came anew has another number, and another place among its like. */
    private static List<String> lines(String look) {
        return look.lines()
                .map(line -> line.replaceAll("^[0-9]+: |@if[0-9]+", ""))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    rule del priority 1002 | missing: rule from 10.244.1.5 priority 1002 lookup 100 in container (the pod wants it)
                    route replace default via 172.18.0.9 dev net1 | differs: route default via 172.18.0.1 dev net1 table main in container (the pod wants it), found route default via 172.18.0.9 dev net1 table main
                    rule add priority 3000 from 10.0.0.0/8 lookup 77 | present but should be gone: rule from 10.0.0.0/8 priority 3000 lookup 77 in container (it is in the way)
                    """)
    void saysWhatWasFound(String command, String repair) {
        apply(Stage.everything());

        stage.podIp(command);

        assertThat(repair()).containsExactly(repair);
    }

    @Test
    void putsNothingOnRecordThatIsThereAlready() {
        apply(Stage.everything());
        Receipt receipt = recorded();

        for (int gateway = 9; gateway < 12; gateway++) {
            stage.podIp("route replace default via 172.18.0." + gateway + " dev net1");
            stage.podIp("rule del priority 1002");
            assertThat(repair()).hasSize(2);
        }

        assertThat(recorded()).isEqualTo(receipt);
    }

    @Test
    void takesBackWhatOthersHadMadeAndRemovedAndWeMadeAnew() {
        stage.podIp("rule add priority 1002 from 10.244.1.5 lookup 100");
        apply(plan(pod(ruleFrom("10.244.1.5/32", 1002))));
        assertThat(recorded().effects()).isEmpty();

        stage.podIp("rule del priority 1002");

        assertThat(repair()).hasSize(1);
        assertThat(stage.podIp("rule show priority 1002")).contains("proto 199");
        assertThat(revert()).isEmpty();
        assertThat(stage.podIp("rule show priority 1002")).isEmpty();
    }

    @Test
    void putsBackWhatOthersChangedAfterAnAddThatHadNothingToDo() {
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=2");
        apply(plan(node(Sysctl.ipv4(CALI, "rp_filter", 2))));

        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=1");

        assertThat(repair()).hasSize(1);
        assertThat(revert()).isEmpty();
        assertThat(stage.host.run("sysctl", "-n", "net/ipv4/conf/cali.7/rp_filter"))
                .isEqualTo("1\n");
    }

    @Test
    void leavesToALaterNicWhatItWishesOtherwise() {
        Plan first = plan(pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN)), rule());
        apply(first);
        apply(
                SECOND,
                plan(pod(via("0.0.0.0/0", "172.18.0.2", NET1, TableId.MAIN))),
                stage.kernels());
        assertThat(repair(ID, readOnly())).isEmpty();

        stage.podIp("rule del priority 1002");
        stage.podIp("route replace default via 172.18.0.9 dev net1");

        assertThat(repair()).hasSize(1).first().asString().contains("rule from");
        assertThat(stage.podIp("route show default dev net1")).contains("172.18.0.9");
        assertThat(repair(SECOND, stage.kernels())).hasSize(1);
        assertThat(stage.podIp("route show default dev net1")).contains("172.18.0.2");
        assertThat(repair(ID, readOnly())).as("it has not become the later one").isEmpty();
    }

    private static Statement rule() {
        return pod(ruleFrom("10.244.1.5/32", 1002));
    }

    @Test
    void putsTheOthersRightWhenOneIsRefused() {
        apply(
                plan(
                        pod(via("10.9.0.0/16", "172.18.0.1", NET1, TABLE)),
                        rule(),
                        pod(connected("10.8.0.0/16", ETH0, TABLE))));
        Receipt receipt = recorded();
        stage.podIp("addr flush dev net1");
        stage.podIp("rule del priority 1002");
        stage.podIp("route flush table 100");

        List<String> repairs = repair();

        assertThat(repairs).hasSize(3);
        assertThat(repairs.get(0))
                .startsWith("missing: route 10.9.0.0/16 via 172.18.0.1 dev net1")
                .contains("ENETUNREACH");
        assertThat(stage.podIp("rule show priority 1002")).isNotEmpty();
        assertThat(stage.podIp("route show table 100")).startsWith("10.8.0.0/16 dev eth0");
        assertThat(recorded()).isEqualTo(receipt);
    }

    @Test
    void keepsNoRecordOfWhatWasRefused() {
        stage.podIp("addr add 169.254.77.1/32 dev net1");
        apply(plan(pod(link()), rule()));
        Receipt receipt = recorded();
        stage.podIp("addr del 169.254.77.1/32 dev net1");

        AtomicInteger first = new AtomicInteger();
        List<Repair> repairs =
                repair(ID, stage.kernels(kernel -> new Fault(kernel, first, Fault.What.REFUSED)));

        assertThat(repairs).hasSize(1).noneMatch(Repair::isDone);
        assertThat(told(repairs.getFirst())).contains("EPERM (injected)");
        assertThat(recorded()).isEqualTo(receipt);
        assertThat(repair()).hasSize(1);
    }

    private static Address link() {
        return new Address(NET1, Cidr.parse("169.254.77.1/32"), null, null, false);
    }

    @Test
    void leavesThePairOfAnotherContainerAlone() {
        stage.hostIp(
                "link add vethc0ffee mtu 1400 address 02:00:00:00:01:05 type veth peer name veth0 netns "
                        + stage.pod.name());
        stage.hostIp("link set vethc0ffee up");
        apply(plan(node(Stage.PAIR), rule()));
        stage.hostIp("link set vethc0ffee address 02:00:00:00:00:dd");
        stage.podIp("rule del priority 1002");

        List<String> repairs = repair();

        assertThat(repairs).hasSize(2);
        assertThat(repairs.getFirst()).contains("could not be put back");
        assertThat(stage.hostIp("link show vethc0ffee")).contains("02:00:00:00:00:dd");
        assertThat(stage.podIp("rule show priority 1002")).isNotEmpty();
    }

    @Test
    void aSettingGoesWithItsInterface() {
        stage.podIp("link add gone type veth peer name gone2");
        apply(plan(pod(Sysctl.ipv4(new InterfaceName("gone"), "rp_filter", 2)), rule()));

        stage.podIp("link del gone");

        assertThat(repair(ID, readOnly())).isEmpty();
    }

    @Test
    void leavesThePodAloneThatIsNotThere() {
        apply(plan(rule(), node(connected("172.18.24.120/32", CALI, HOST_TABLE))));
        stage.podIp("rule del priority 1002");
        stage.hostIp("route flush table 500");

        assertThat(repair(ID, new Kernels(stage.hostKernel(), null))).hasSize(1);

        assertThat(stage.hostIp("route show table 500")).startsWith("172.18.24.120 dev cali.7");
    }
}
