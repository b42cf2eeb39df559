package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links, addresses, neighbours and settings of the real kernel, with {@code ip} as the witness. */
class NetlinkKernelTest extends KernelOfNetns {
    @Test
    void readsLinks() {
        assertThat(kernel.read(new Query.Links()))
                .extracting(link -> ((Link) link).name().value())
                .containsExactly("lo", "v1", "v0");
        Link v0 = (Link) kernel.read(new Query.LinkNamed(V0)).getFirst();
        Link v1 = (Link) kernel.read(new Query.LinkNamed(V1)).getFirst();
        assertThat(v0)
                .isEqualTo(
                        new Link(
                                V0,
                                v0.index(),
                                "veth",
                                MacAddress.parse("02:00:00:00:00:01"),
                                1500,
                                true,
                                false,
                                v1.index(),
                                null,
                                null,
                                1000,
                                null));
        assertThat(kernel.read(new Query.LinkIndexed(v0.index()))).containsExactly(v0);
        assertThat(kernel.read(new Query.LinkNamed(new InterfaceName("gone")))).isEmpty();
        assertThat(kernel.read(new Query.LinkIndexed(4711))).isEmpty();
    }

    @Test
    void changesOnlyTheStatedFieldsOfALink() {
        write(Act.REPLACE, Link.withAddress(V0, MacAddress.parse("02:00:00:00:00:09")));
        assertThat(ip("link show dev v0")).contains("02:00:00:00:00:09", ",UP,", "mtu 1500");
        write(
                Act.REPLACE,
                new Link(V0, 0, null, null, 1400, false, false, null, null, null, null, null));
        assertThat(ip("link show dev v0"))
                .contains("02:00:00:00:00:09", "mtu 1400")
                .doesNotContain(",UP");
    }

    @Test
    void removesALink() {
        Link v0 = (Link) kernel.read(new Query.LinkNamed(V0)).getFirst();
        write(Act.DELETE, v0);
        assertThat(ip("link")).doesNotContain("v0", "v1");
        Failure failure = refused(Act.DELETE, v0);
        assertThat(failure.cause().saysGone()).isTrue();
    }

    @Test
    void doesNotMakeLinks() {
        Failure failure =
                refused(Act.ADD, Link.withAddress(new InterfaceName("new"), new MacAddress(2)));
        assertThat(failure.cause().errno()).isEqualTo("EOPNOTSUPP");
    }

    @Test
    void writesAndReadsAddresses() {
        Address four = new Address(V0, Cidr.parse("10.2.0.1/24"), null, Scope.GLOBAL, false);
        Address six = new Address(V0, Cidr.parse("fd02::1/64"), null, null, false);
        write(Act.ADD, four);
        write(Act.ADD, six);
        assertThat(ip("-o addr show dev v0"))
                .contains(
                        "inet 10.2.0.1/24 scope global v0", "inet6 fd02::1/64 scope global nodad");
        assertThat(kernel.read(four.query())).contains(four);
        assertThat(kernel.read(six.query())).anyMatch(six::satisfiedBy);
        assertThat(refused(Act.ADD, four).cause().errno()).isEqualTo("EEXIST");
        write(Act.DELETE, four);
        write(Act.DELETE, six);
        assertThat(ip("-o addr show dev v0")).doesNotContain("10.2.0.1", "fd02::1");
        assertThat(refused(Act.DELETE, four).cause().errno()).isEqualTo("EADDRNOTAVAIL");
    }

    @Test
    void readsAPointToPointAddress() {
        ip("addr add 10.9.0.1 peer 10.9.0.2/32 dev v0");
        Address address =
                new Address(
                        V0,
                        Cidr.parse("10.9.0.1/32"),
                        IpAddress.parse("10.9.0.2"),
                        Scope.GLOBAL,
                        false);
        assertThat(kernel.read(address.query())).contains(address);
        write(Act.DELETE, address);
        write(Act.ADD, address);
        assertThat(ip("-o addr show dev v0")).contains("inet 10.9.0.1 peer 10.9.0.2/32");
    }

    @Test
    void writesAndReadsNeighbours() {
        ip("neigh add 10.1.0.7 dev v1 lladdr 02:00:00:00:00:07 nud permanent");
        ip("neigh add proxy 10.1.0.8 dev v0");
        ip("neigh add 10.1.0.6 dev v0 nud noarp lladdr 02:00:00:00:00:06");
        MacAddress mac = MacAddress.parse("02:00:00:00:00:09");
        for (String address : List.of("10.1.0.9", "fd01::9")) {
            Neighbour neighbour =
                    Neighbour.permanent(V0, IpAddress.parse(address), mac)
                            .withProtocol(Owner.PROTOCOL);
            write(Act.ADD, neighbour);
            assertThat(ip("neigh show dev v0")).contains(address + " lladdr " + mac + " PERMANENT");
            assertThat(kernel.read(neighbour.query()))
                    .filteredOn(neighbour::sameAs)
                    .containsExactly(neighbour);
            assertThat(refused(Act.ADD, neighbour).cause().errno()).isEqualTo("EEXIST");
            Neighbour other = Neighbour.permanent(V0, IpAddress.parse(address), new MacAddress(2));
            write(Act.REPLACE, other);
            assertThat(kernel.read(neighbour.query())).anyMatch(other::satisfiedBy);
            write(Act.DELETE, neighbour);
            assertThat(kernel.read(neighbour.query())).noneMatch(neighbour::satisfiedBy);
        }
        assertThat(kernel.read(new Query.Neighbours(V0)))
                .noneMatch(n ->
                        List.of("10.1.0.6", "10.1.0.7", "10.1.0.8")
                                .contains(((Neighbour) n).address().toString()));
        assertThat(kernel.read(new Query.Neighbours(new InterfaceName("gone")))).isEmpty();
    }

    @Test
    void settingsOfAnInterfaceAreThoseOfSysctl() {
        for (String key :
                List.of(
                        "proxy_arp",
                        "accept_redirects",
                        "send_redirects",
                        "rp_filter",
                        "log_martians",
                        "arp_filter",
                        "arp_announce",
                        "arp_ignore",
                        "arp_accept",
                        "arp_notify",
                        "src_valid_mark",
                        "forwarding",
                        "promote_secondaries",
                        "accept_local",
                        "route_localnet")) {
            Sysctl before = (Sysctl) kernel.read(Sysctl.ipv4(V0, key, 0).query()).getFirst();
            int other = before.value().equals("0") ? 1 : 0;
            write(Act.REPLACE, Sysctl.ipv4(V0, key, other));
            assertThat(witness("net/ipv4/conf/v0/" + key))
                    .as(key)
                    .isEqualTo(Integer.toString(other));
            assertThat(kernel.read(before.query())).containsExactly(Sysctl.ipv4(V0, key, other));
            assertThat(witness("net/ipv4/conf/v1/" + key)).as(key).isEqualTo(before.value());
        }
    }

    @Test
    void otherSettingsGoByProc() {
        ip("link set v1 down");
        ip("link set v1 name net1.100");
        for (Sysctl sysctl :
                List.of(
                        new Sysctl("net/ipv4/conf/net1.100/rp_filter", "2"),
                        new Sysctl("net/ipv4/conf/all/arp_ignore", "1"),
                        new Sysctl("net/ipv4/conf/default/arp_ignore", "2"),
                        new Sysctl("net/ipv6/conf/net1.100/accept_ra", "0"),
                        new Sysctl("net/ipv4/ip_local_port_range", "40000\t50000"),
                        new Sysctl("net/ipv4/ip_forward", "1"))) {
            write(Act.REPLACE, sysctl);
            assertThat(witness(sysctl.path())).isEqualTo(sysctl.value());
            assertThat(kernel.read(sysctl.query())).containsExactly(sysctl);
        }
    }

    @Test
    void aMissingSettingReadsAsNothing() {
        for (String path :
                List.of(
                        "net/ipv4/conf/gone/rp_filter",
                        "net/ipv4/conf/gone/medium_id",
                        "net/ipv4/nonsense")) {
            Sysctl sysctl = new Sysctl(path, "1");
            assertThat(kernel.read(sysctl.query())).isEmpty();
            assertThat(refused(Act.REPLACE, sysctl).cause().saysGone()).as(path).isTrue();
        }
        Failure failure = refused(Act.REPLACE, new Sysctl("net/ipv4/ip_forward", "x"));
        assertThat(failure.cause().errno()).isEqualTo("EINVAL");
    }
}
