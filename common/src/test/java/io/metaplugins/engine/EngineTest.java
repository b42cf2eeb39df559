package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.CALI;
import static io.metaplugins.engine.Stage.ETH0;
import static io.metaplugins.engine.Stage.NET1;
import static io.metaplugins.engine.Stage.TABLE;
import static io.metaplugins.engine.Stage.connected;
import static io.metaplugins.engine.Stage.gone;
import static io.metaplugins.engine.Stage.node;
import static io.metaplugins.engine.Stage.pod;
import static io.metaplugins.engine.Stage.ruleFrom;
import static io.metaplugins.engine.Stage.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Plan;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plans carried out on the real kernel, with {@code ip} as the witness. */
class EngineTest extends EngineOnStage {
    @Test
    void makesThePlanTrueAndTakesItBack() {
        String before = stage.look();

        apply(Stage.everything());

        assertThat(deviations(Stage.everything())).isEmpty();
        assertThat(stage.podIp("route show table main default"))
                .isEqualTo("default via 172.18.0.1 dev net1 proto 199 \n");
        assertThat(stage.podIp("-6 route show table main default"))
                .isEqualTo("default via fd00:18::1 dev net1 proto 199 metric 1024 pref medium\n");
        assertThat(stage.hostIp("rule show priority 1000"))
                .isEqualTo("1000:\tfrom all lookup 500 proto 199\n");

        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void doesNothingTheSecondTime() {
        Receipt first = apply(Stage.everything());
        String after = stage.look();
        AtomicInteger writes = new AtomicInteger();

        Receipt second =
                apply(
                        Stage.everything(),
                        stage.kernels(kernel -> new Fault(kernel, writes, Fault.What.REFUSED)));

        assertThat(writes).hasValue(0);
        assertThat(second).isEqualTo(first).isEqualTo(recorded());
        assertThat(stage.look()).isEqualTo(after);
        assertThat(revert()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.What.class,
            names = {"REFUSED", "UNANSWERED"})
    void leavesAllAsItWasWhicheverChangeFails(Fault.What what) {
        stage.hostIp("rule add priority 1000 from all lookup 500");
        String before = stage.look();
        int count = 0;
        while (true) {
            AtomicInteger countdown = new AtomicInteger(count);
            Kernels kernels = stage.kernels(kernel -> new Fault(kernel, countdown, what));
            Throwable thrown = catchThrowable(() -> apply(Stage.everything(), kernels));
            if (thrown == null) {
                break;
            }
            assertThat(thrown)
                    .isInstanceOf(KernelException.class)
                    .hasNoSuppressedExceptions()
                    .message()
                    .containsAnyOf(
                            "EPERM (injected) in host (",
                            "EPERM (injected) in container (",
                            "ENOBUFS");
            assertThat(stage.look()).as("after change %d failed", count).isEqualTo(before);
            assertThat(root.toFile().list()).containsExactly(".lock");
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(20);
        assertThat(deviations(Stage.everything())).isEmpty();
    }

    @Test
    void findsWhatAKilledProcessHadDone() {
        String before = stage.look();
        for (int count = 0; ; count++) {
            AtomicInteger countdown = new AtomicInteger(count);
            Kernels kernels =
                    stage.kernels(kernel -> new Fault(kernel, countdown, Fault.What.KILLED));
            Throwable thrown = catchThrowable(() -> apply(Stage.everything(), kernels));
            assertThat(revert()).isEmpty();
            stage.host.run("sh", "-c", "ip rule del priority 1000 2>/dev/null; true");
            assertThat(stage.look()).as("after change %d", count).isEqualTo(before);
            if (thrown == null) {
                break;
            }
            assertThat(thrown).isInstanceOf(Fault.Killed.class);
            try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
                entry.delete();
            }
        }
    }

    @Test
    void keepsWhatAllPodsShareThoughTheAddFails() {
        Plan plan = plan(Stage.SHARED, pod(via("10.7.0.0/16", "203.0.113.1", NET1, TABLE)));

        assertThatThrownBy(() -> apply(plan))
                .isInstanceOf(KernelException.class)
                .hasMessage(
                        "add route 10.7.0.0/16 via 203.0.113.1 dev net1 table 100: ENETUNREACH"
                                + " (kernel: Nexthop has invalid gateway) in container (the pod wants it)");

        assertThat(stage.hostIp("rule show priority 1000")).contains("lookup 500");
    }

    @Test
    void namesTheFirstRefusalAndAttachesTheOthers() {
        Plan plan =
                plan(
                        pod(via("10.7.0.0/16", "203.0.113.1", NET1, TABLE)),
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(connected("10.8.0.0/16", new InterfaceName("net9"), TABLE)));

        KernelException refused = catchThrowableOfType(KernelException.class, () -> apply(plan));

        assertThat(refused).hasMessageContaining("10.7.0.0/16");
        assertThat(refused.getSuppressed())
                .extracting(Throwable::getMessage)
                .singleElement()
                .asString()
                .contains("10.8.0.0/16", "ENODEV", "in container");
        assertThat(stage.podIp("rule show priority 1002")).isEmpty();
    }

    @Test
    void refusesToReplaceWhatCouldNotBePutBack() {
        stage.podIp(
                "route add 10.7.0.0/16 table 100"
                        + " nexthop via 172.18.0.1 dev net1 nexthop via 172.18.0.2 dev net1");

        assertThatThrownBy(() -> apply(plan(pod(via("10.7.0.0/16", "172.18.0.1", NET1, TABLE)))))
                .hasMessageContaining("could not be put back");

        assertThat(stage.podIp("route show table 100")).contains("nexthop via 172.18.0.2");
    }

    @Test
    void keepsTheFirstBeforeImageOverManyAdds() {
        Plan plan = plan(node(Sysctl.ipv4(CALI, "rp_filter", 2)));
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=1");
        apply(plan);
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=0");

        apply(plan);
        assertThat(deviations(plan)).isEmpty();

        assertThat(revert()).isEmpty();
        assertThat(stage.host.run("sysctl", "-n", "net/ipv4/conf/cali.7/rp_filter"))
                .isEqualTo("1\n");
    }

    @Test
    void repairsOnlyWhatIsBrokenWhenAddedAgain() {
        String before = stage.look();
        apply(Stage.everything());
        stage.podIp("rule del priority 1002");
        stage.podIp("route replace default via 172.18.0.9 dev net1");

        apply(Stage.everything());

        assertThat(deviations(Stage.everything())).isEmpty();
        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void undoesWhatAChangedConfigurationNoLongerWishes() {
        String before = stage.look();
        apply(
                plan(
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(connected("10.7.0.0/16", NET1, TABLE)),
                        gone(via("::/0", "fd00:e::1", ETH0, TableId.MAIN))));

        Plan plan =
                plan(
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(connected("10.8.0.0/16", NET1, TABLE)));
        apply(plan);

        assertThat(deviations(plan)).isEmpty();
        assertThat(stage.podIp("route show table 100"))
                .isEqualTo("10.8.0.0/16 dev net1 proto 199 scope link \n");
        assertThat(stage.podIp("-6 route show default")).contains("fd00:e::1");
        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void returnsToTheOldConfigurationIfTheNewOneIsRefused() {
        apply(plan(pod(connected("10.7.0.0/16", NET1, TABLE))));
        Receipt old = recorded();
        String before = stage.look();

        assertThatThrownBy(() ->
                        apply(
                                plan(
                                        pod(connected("10.8.0.0/16", NET1, TABLE)),
                                        pod(via("10.9.0.0/16", "203.0.113.1", NET1, TABLE)))))
                .hasMessageContaining("ENETUNREACH");

        assertThat(stage.look()).isEqualTo(before);
        assertThat(recorded()).isEqualTo(old);
    }

    @Test
    void putsAnIpv4DefaultBackWhereItStood() {
        stage.podIp("route prepend default via 172.18.0.1 dev net1");
        String before = stage.look();

        apply(plan(gone(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN))));
        assertThat(stage.podIp("route show default")).doesNotContain("net1");

        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void leavesAloneWhatOthersMadeSince() {
        apply(
                plan(
                        node(Sysctl.ipv4(CALI, "rp_filter", 2)),
                        pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN)),
                        pod(connected("10.7.0.0/16", NET1, TABLE))));
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=0");
        stage.podIp("route replace default via 172.18.0.9 dev net1");
        stage.podIp("route replace 10.7.0.0/16 via 172.18.0.9 dev net1 table 100");
        String others = stage.look();

        assertThat(revert()).isEmpty();

        assertThat(stage.look()).isEqualTo(others);
    }

    @Test
    void doesNotTouchAStrangersRouteThatCameBeforeOurs() {
        apply(plan(pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN))));
        stage.podIp("route prepend default via 172.18.0.9 dev net1");

        assertThat(revert()).isEmpty();

        assertThat(stage.podIp("route show default"))
                .isEqualTo("default via 172.18.0.9 dev net1 \ndefault via 169.254.1.1 dev eth0 \n");
    }

    @Test
    void changesOneHopOfAnIpv6DefaultAndKeepsTheOther() {
        stage.podIp("-6 route append default via fd00:18::1 dev net1");
        String before = stage.look();
        Plan plan = plan(pod(via("::/0", "fd00:18::1", NET1, TableId.MAIN).withOnlink(true)));

        apply(plan);

        assertThat(deviations(plan)).isEmpty();
        assertThat(stage.podIp("-6 route show default"))
                .contains("via fd00:e::1 dev eth0", "via fd00:18::1 dev net1 weight 1 onlink");
        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void looksAgainAfterAChangeThatMovesOtherThings() {
        Cidr connected = Cidr.parse("192.0.2.0/24");
        Plan plan =
                plan(
                        pod(new Address(NET1, Cidr.parse("192.0.2.7/24"), null, null, false)),
                        gone(
                                connected("192.0.2.0/24", NET1, TableId.MAIN)
                                        .withSource(IpAddress.parse("192.0.2.7"))));

        apply(plan);

        assertThat(deviations(plan)).isEmpty();
        assertThat(stage.podIp("route show exact " + connected)).isEmpty();
    }
}
