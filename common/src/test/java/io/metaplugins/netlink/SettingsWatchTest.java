package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netlink.SettingsWatch.FarLink;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.Shell;
import io.metaplugins.testkit.TestNetns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsWatchTest {
    private static final int LINKS = 100;

    private final Libc libc = JnrLibc.load();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net/ipv4/conf/v7/arp_ignore=1",
                "net/ipv4/conf/v7/arp_announce=2",
                "net/ipv4/conf/v7/src_valid_mark=1",
                "net/ipv4/conf/v7/rp_filter=2",
                "net/ipv6/conf/v7/accept_ra=0",
                "net/ipv6/conf/v7/autoconf=0",
                "net/ipv6/conf/v7/disable_ipv6=1"
            })
    void seesASettingOfAnotherNamespaceChange(String setting) {
        try (TestNetns node = TestNetns.create("node");
                TestNetns pod = TestNetns.create("pod");
                Netns netns = Netns.open(libc, node.path());
                NamespaceIds ids = NamespaceIds.open(libc, netns);
                SettingsWatch watch = SettingsWatch.open(libc, netns)) {
            List<FarLink> links = links(pod, ids);

            assertThat(watch.changed(links)).as("the first look").isEmpty();
            assertThat(watch.changed(links)).isEmpty();
            pod.run("sysctl", "-qw", setting);
            assertThat(watch.changed(links)).containsExactly(links.get(7));
            assertThat(watch.changed(links)).isEmpty();
        }
    }

    /** More than one answer's worth. */
    private List<FarLink> links(TestNetns pod, NamespaceIds ids) {
        StringBuilder batch = new StringBuilder();
        List<InterfaceName> names = new ArrayList<>();
        for (int number = 0; number < LINKS; number++) {
            batch.append("link add v" + number + " type veth peer name w" + number + "\n");
            names.add(new InterfaceName("v" + number));
        }
        pod.attempt(batch.toString(), Map.of(), "ip", "-batch", "-");
        try (Netns netns = Netns.open(libc, pod.path())) {
            int id = ids.give(netns);
            return names.stream().map(name -> new FarLink(id, name)).toList();
        }
    }

    @Test
    void seesThatALinkWentAndCame() {
        try (TestNetns node = TestNetns.create("node");
                TestNetns pod = TestNetns.create("pod");
                Netns netns = Netns.open(libc, node.path());
                NamespaceIds ids = NamespaceIds.open(libc, netns);
                SettingsWatch watch = SettingsWatch.open(libc, netns)) {
            List<FarLink> links = links(pod, ids);
            assertThat(watch.changed(links)).isEmpty();

            pod.run("ip", "link", "del", "w7");

            assertThat(watch.changed(links)).containsExactly(links.get(7));
            pod.run("ip", "link", "add", "v7", "type", "veth", "peer", "name", "w7");
            assertThat(watch.changed(links)).containsExactly(links.get(7));
        }
    }

    @Test
    void seesThatANamespaceWent() {
        try (TestNetns node = TestNetns.create("node");
                Netns netns = Netns.open(libc, node.path());
                NamespaceIds ids = NamespaceIds.open(libc, netns);
                SettingsWatch watch = SettingsWatch.open(libc, netns)) {
            TestNetns pod = TestNetns.create("pod");
            List<FarLink> links = links(pod, ids);
            assertThat(watch.changed(links)).isEmpty();

            Shell.run("ip", "netns", "delete", pod.name());

            // One goes after the other.
            Set<FarLink> gone = new HashSet<>();
            while (!gone.containsAll(links)) {
                gone.addAll(watch.changed(links));
            }
            while (!watch.changed(links).isEmpty()) {}
        }
    }
}
