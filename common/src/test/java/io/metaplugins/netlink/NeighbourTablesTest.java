package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netlink.NeighbourTables.Use;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.util.List;
import org.junit.jupiter.api.Test;

class NeighbourTablesTest {
    private static final int NEIGHBOURS = 200;

    private final Libc libc = JnrLibc.load();

    @Test
    void tellsOfBothFamiliesHowManyThereAreAndMayBeAsIpNtableDoes() {
        try (TestNetns netns = TestNetns.create("ntable")) {
            List<Use> uses = read(netns);

            assertThat(uses)
                    .extracting(Use::family)
                    .containsExactlyInAnyOrder(IpFamily.IPV4, IpFamily.IPV6);
            for (Use use : uses) {
                String told = netns.run("ip", use.family().flag(), "ntable", "show");
                assertThat(told).containsPattern("thresh3 " + use.limit() + "\\s");
            }
        }
    }

    /** Others on the machine come and go meanwhile: there are at least ours. */
    @Test
    void countsTheNeighboursOfAllNamespaces() {
        try (TestNetns full = TestNetns.create("neighbours");
                TestNetns other = TestNetns.create("other")) {
            full.run("ip", "link", "add", "d0", "type", "veth", "peer", "name", "d1");
            full.run("ip", "link", "set", "d0", "up");
            full.run(
                    "sh",
                    "-ec",
                    "for n in $(seq 1 "
                            + NEIGHBOURS
                            + "); do echo neigh add 198.18.0.$n lladdr 02:00:00:00:00:01 dev d0;"
                            + " done | ip -batch -");

            assertThat(read(other))
                    .filteredOn(use -> use.family() == IpFamily.IPV4)
                    .singleElement()
                    .satisfies(use -> assertThat(use.entries()).isGreaterThanOrEqualTo(NEIGHBOURS));
        }
    }

    private List<Use> read(TestNetns netns) {
        try (Netns opened = Netns.open(libc, netns.path());
                NetlinkSocket socket = opened.inside(() -> NetlinkSocket.open(libc))) {
            return NeighbourTables.read(socket);
        }
    }
}
