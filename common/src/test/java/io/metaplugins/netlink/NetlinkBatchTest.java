package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many changes at once, and the real kernel while others change it. */
class NetlinkBatchTest extends KernelOfNetns {
    @Test
    void worksThroughABatchToItsEnd() {
        List<Change> changes =
                List.of(
                        new Change(Act.ADD, via("10.7.0.0/16", "10.1.0.1", TABLE)),
                        new Change(Act.ADD, via("10.8.0.0/16", "192.0.2.1", TABLE)),
                        new Change(Act.REPLACE, new Sysctl("net/ipv4/nonsense", "1")),
                        new Change(
                                Act.ADD,
                                Route.connected(
                                        Cidr.parse("10.6.0.0/16"),
                                        new InterfaceName("gone"),
                                        TABLE)),
                        new Change(Act.REPLACE, Sysctl.ipv4(V0, "arp_ignore", 1)),
                        new Change(Act.ADD, via("10.9.0.0/16", "10.1.0.1", TABLE)),
                        new Change(Act.ADD, via("10.9.0.0/16", "10.1.0.1", TABLE)));
        List<Failure> failures = kernel.write(changes);
        assertThat(failures)
                .extracting(Failure::change)
                .containsExactly(changes.get(1), changes.get(2), changes.get(3), changes.get(6));
        assertThat(failures)
                .extracting(failure -> failure.cause().errno())
                .containsExactly("ENETUNREACH", "ENOENT", "ENODEV", "EEXIST");
        assertThat(ip("route show table 100")).contains("10.7.0.0/16", "10.9.0.0/16");
        assertThat(witness("net/ipv4/conf/v0/arp_ignore")).isEqualTo("1");
    }

    @Test
    void reportsEachOfManyRefusals() {
        List<Change> changes = new ArrayList<>();
        for (int third = 0; third < 250; third++) {
            String destination = "10.7." + third + ".0/24";
            String gateway = third % 2 == 0 ? "10.1.0.1" : "192.0.2.1";
            changes.add(new Change(Act.ADD, via(destination, gateway, TABLE)));
        }
        List<Failure> failures = kernel.write(changes);
        assertThat(failures).hasSize(125);
        assertThat(failures).allMatch(f -> f.cause().errno().equals("ENETUNREACH"));
        assertThat(failures)
                .extracting(Failure::change)
                .containsExactlyElementsOf(
                        changes.stream().filter(c -> c.toString().contains("192.0.2.1")).toList());
        assertThat(routes(IpFamily.IPV4, TABLE)).hasSize(125);
    }

    @Test
    void removesNoRuleThatSelectsMoreThanTheStatedOne() {
        ip("rule add priority 1000 from 10.9.9.9 lookup 100");
        Rule all = Rule.all(IpFamily.IPV4, 1000, TABLE);
        Failure gone = refused(Act.DELETE, all);
        assertThat(gone.cause().errno()).isEqualTo("ENOENT");
        assertThat(gone.cause()).hasMessageContaining("from 10.9.9.9 priority 1000 lookup 100");
        write(Act.ADD, all);
        assertThat(refused(Act.DELETE, all).cause().errno()).isEqualTo("EBUSY");
        Rule other = Rule.from(Cidr.parse("10.9.9.9/32"), 1000, TABLE);
        assertThat(
                        kernel.write(
                                List.of(
                                        new Change(Act.DELETE, other),
                                        new Change(Act.DELETE, all))))
                .isEmpty();
        assertThat(ip("rule")).doesNotContain("1000:");
    }

    @Test
    void putsBackWhatItRead() {
        for (String route :
                List.of(
                        "-4 route add blackhole 10.8.0.0/16 table 100",
                        "-6 route add blackhole fd08::/64 table 100",
                        "-6 route add unreachable default metric 4294967295 table 100",
                        "-4 route add default via 192.0.2.1 dev v0 onlink mtu 1400 table 100",
                        "-6 route add default via fe80::1 dev v0 mtu 1400 proto ra table 100",
                        "-4 route add 10.8.0.0/16 dev v0 scope global metric 4294967295 table 100",
                        "-4 route add local 10.8.0.1 dev v0 table 100",
                        "-4 route add throw default table 100")) {
            String family = route.substring(0, 2);
            ip(route);
            String before = ip(family + " route show table 100");
            Query query =
                    new Query.Routes(family.equals("-4") ? IpFamily.IPV4 : IpFamily.IPV6, TABLE);
            Route read = (Route) kernel.read(query).getFirst();
            write(Act.DELETE, read);
            assertThat(kernel.read(query)).as(route).isEmpty();
            write(Act.ADD, read);
            assertThat(ip(family + " route show table 100")).as(route).isEqualTo(before);
            assertThat(kernel.read(query)).containsExactly(read);
            write(Act.DELETE, read);
        }
    }

    @Test
    void prependsAndAppendsRoutesOfOneMetric() {
        write(Act.ADD, via("10.7.0.0/16", "10.1.0.1", TABLE));
        write(Act.APPEND, via("10.7.0.0/16", "10.1.0.2", TABLE));
        write(Act.PREPEND, via("10.7.0.0/16", "10.1.0.3", TABLE));
        assertThat(routes(IpFamily.IPV4, TABLE))
                .extracting(route -> String.valueOf(route.via()))
                .containsExactly("10.1.0.3", "10.1.0.1", "10.1.0.2");
    }

    @Test
    void replacesARoute() {
        for (String[] each :
                new String[][] {
                    {"10.7.0.0/16", "10.1.0.1", "10.1.0.3"}, {"fd07::/64", "fd01::1", "fd01::3"}
                }) {
            write(Act.ADD, via(each[0], each[1], TABLE));
            Route other = via(each[0], each[2], TABLE);
            write(Act.REPLACE, other);
            assertThat(routes(other.family(), TABLE)).singleElement().matches(other::satisfiedBy);
        }
    }

    @Test
    void namesTheInterfacesOfManyRoutes() {
        List<String> names = new ArrayList<>();
        for (int number = 10; number < 22; number++) {
            ip("link add x" + number + " type veth peer name y" + number);
            ip("link set x" + number + " up");
            ip("route add 10." + number + ".0.0/16 dev x" + number + " table 100");
            names.add("x" + number);
        }
        assertThat(routes(IpFamily.IPV4, TABLE))
                .extracting(route -> String.valueOf(route.dev()))
                .containsExactlyElementsOf(names);
        ip("link set x10 down");
        ip("link set x10 name renamed");
        ip("link set renamed up");
        ip("route add 10.10.0.0/16 dev renamed table 100");
        try (NetlinkKernel anew = NetlinkKernel.open(libc, netns)) {
            assertThat(anew.read(new Query.Routes(IpFamily.IPV4, TABLE)).getFirst())
                    .extracting(route -> ((Route) route).dev())
                    .isEqualTo(new InterfaceName("renamed"));
        }
    }

    @Test
    void servesFromAnyThread() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int number = 0; number < 100; number++) {
                Route route = via("10.7." + number + ".0/24", "10.1.0.1", TABLE);
                tasks.add(() ->
                        kernel.write(List.of(new Change(Act.ADD, route))).isEmpty()
                                && kernel.read(route.query()).stream()
                                        .anyMatch(route::satisfiedBy));
            }
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    /**
     * Read but once, IPv6 routes lack one here every hundredth time, and the kernel does not say.
     */
    @Test
    void readsAllRoutesOnceWhileOthersComeAndGo(@TempDir Path directory) throws Exception {
        List<String> stable = new ArrayList<>();
        for (int number = 0; number < 1_200; number++) {
            String low = Integer.toHexString(number);
            stable.add("route add fd10:" + low + "::/64 dev v0 table 100");
            stable.add(
                    "route add 10."
                            + (20 + number / 250)
                            + "."
                            + number % 250
                            + ".0/24 dev v0 table 100");
        }
        ip("-batch " + Files.write(directory.resolve("stable"), stable));
        Path churn =
                Files.write(
                        directory.resolve("churn"),
                        List.of(
                                "route add 10.3.3.3/32 dev v0 table 100",
                                "route add fd10:77::77/128 dev v0 table 100",
                                "route delete 10.3.3.3/32 dev v0 table 100",
                                "route delete fd10:77::77/128 dev v0 table 100"));
        // Who only changed would leave no moment in which two readings agree.
        String look =
                "; for n in 1 2 3 4; do ip route show table 100; ip -6 route show table 100; done";
        try (Churn _ = Churn.start(testNetns, "ip -batch " + churn + look)) {
            for (int reading = 0; reading < 8; reading++) {
                for (IpFamily family : FAMILIES) {
                    assertThat(routes(family, TABLE))
                            .filteredOn(route -> !route.destination().isHost())
                            .doesNotHaveDuplicates()
                            .hasSize(1_200);
                }
            }
        }
    }
}
