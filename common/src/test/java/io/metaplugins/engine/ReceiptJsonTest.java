package io.metaplugins.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptJsonTest {
    private static final InterfaceName DEV = new InterfaceName("net1.100");
    private static final IpAddress GATEWAY = IpAddress.parse("172.18.0.1");
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");
    private static final NftRule.Mark MARK = new NftRule.Mark(0xf000_0000L, 0xffff_ffffL);
    private static final AttachmentId ID = new AttachmentId("net", "router", "c0ffee", DEV);

    static List<KernelObject> objects() {
        return List.of(
                new Link(DEV, 7, "macvlan", MAC, 1400, true, true, 3, 0, 9, null, null),
                new Link(DEV, 0, null, null, null, null, false, null, null, null, null, null),
                new Address(DEV, Cidr.parse("172.18.24.120/16"), GATEWAY, Scope.LINK, true),
                new Address(DEV, Cidr.parse("fd00::1/64"), null, null, false),
                new Route(
                        Cidr.parse("10.0.0.0/8"),
                        new TableId(4_294_967_295L),
                        GATEWAY,
                        DEV,
                        IpAddress.parse("172.18.24.120"),
                        Scope.SITE,
                        4_294_967_295L,
                        1400,
                        true,
                        199,
                        Route.Type.UNICAST),
                new Route(
                        Cidr.parse("::/0"),
                        TableId.MAIN,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        null,
                        Route.Type.PROHIBIT),
                new Rule(
                        IpFamily.IPV4,
                        4_294_967_295L,
                        Cidr.parse("10.0.0.0/8"),
                        Cidr.parse("10.0.0.1/32"),
                        0xffff_ffffL,
                        0xf0L,
                        DEV,
                        new InterfaceName("lo"),
                        TableId.LOCAL,
                        2),
                new Rule(IpFamily.IPV6, 0, null, null, null, null, null, null, null, null),
                new Neighbour(DEV, GATEWAY, MAC, true, 0),
                new Neighbour(DEV, IpAddress.parse("fe80::1"), null, false, null),
                new Sysctl("net/ipv4/conf/net1.100/rp_filter", "2"),
                new Sysctl("net/ipv4/ip_local_port_range", "1024\t65000"),
                new NftRule(
                        NftChain.ours("c", NftChain.Type.ROUTE, NftChain.Hook.FORWARD, -1),
                        "\u00e4 'so'",
                        List.of(
                                new NftRule.InInterface(DEV),
                                new NftRule.OutInterface(DEV),
                                new NftRule.NewConnection(),
                                new NftRule.OfDirection(true),
                                new NftRule.OfDirection(false),
                                new NftRule.DestinationTranslated(),
                                new NftRule.ConnectionMarked(MARK),
                                new NftRule.MarkConnection(MARK),
                                new NftRule.MarkPacket(MARK),
                                new NftRule.Masquerade(true),
                                new NftRule.Masquerade(false),
                                new NftRule.Unknown("counter"))),
                new NftRule(
                        new NftChain("t", "", NftChain.Type.NAT, NftChain.Hook.INPUT, 0),
                        "",
                        List.of()));
    }

    private static Receipt receipt(KernelObject object) {
        return new Receipt(
                ID,
                new Namespace("/run/netns/pod \"1\"", 4_026_532_838L),
                Instant.parse("2026-11-21T05:00:00.123456789Z"),
                new Plan(
                        List.of(
                                Statement.present(
                                        Where.CONTAINER, object, "because \u00e4\n\"so\""),
                                Statement.absent(Where.HOST, object, ""),
                                Statement.node(object, "shared"))),
                List.of(
                        new Effect(Where.CONTAINER, Lifetime.ATTACHMENT, null, object, false),
                        new Effect(Where.HOST, Lifetime.NODE, object, object, false),
                        new Effect(Where.CONTAINER, Lifetime.ATTACHMENT, object, null, true)),
                new Origin("K8S_POD_NAME=web-0", "{\"name\":\"n\"}"));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void readsWhatItWrote(KernelObject object) {
        Receipt receipt = receipt(object);

        assertThat(ReceiptJson.read(ReceiptJson.write(receipt))).isEqualTo(receipt);
    }

    @Test
    void readsAReceiptWithoutNamespaceOrEffects() {
        Receipt receipt = new Receipt(ID, null, Instant.EPOCH, Plan.EMPTY, List.of(), null);

        assertThat(ReceiptJson.read(ReceiptJson.write(receipt))).isEqualTo(receipt);
    }

    /** What is on the node's disk when the plugin is upgraded must be understood tomorrow. */
    @Test
    void readsTheFormatOfVersionOne() {
        String document =
                """
                {
                  "version": 1,
                  "attachment": {"network": "net", "plugin": "router", "containerId": "c0ffee", "ifName": "net1.100"},
                  "netns": {"path": "/run/netns/pod", "inode": 4026532838},
                  "nanoseconds": 5,
                  "added later": {"by": ["a newer release"]},
                  "statements": [
                    {"where": "HOST", "presence": "PRESENT", "lifetime": "NODE", "why": "shared",
                     "object": {"kind": "rule", "family": "IPV4", "priority": 1000, "table": 500}}
                  ],
                  "effects": [
                    {"where": "CONTAINER", "lifetime": "ATTACHMENT", "ahead": true,
                     "before": {"kind": "route", "destination": "0.0.0.0/0", "table": 254, "via": "172.18.0.1",
                                "dev": "net1.100", "metric": 0, "type": "UNICAST", "colour": "blue"}}
                  ]
                }
                """;

        Receipt receipt = ReceiptJson.read(document.getBytes(StandardCharsets.UTF_8));

        assertThat(receipt.id()).isEqualTo(ID);
        assertThat(receipt.namespace()).isEqualTo(new Namespace("/run/netns/pod", 4_026_532_838L));
        assertThat(receipt.time()).isEqualTo(Instant.EPOCH.plusNanos(5));
        assertThat(receipt.plan().statements())
                .containsExactly(
                        Statement.node(Rule.all(IpFamily.IPV4, 1000, new TableId(500)), "shared"));
        assertThat(receipt.origin()).isNull();
        assertThat(receipt.effects()).hasSize(1);
        assertThat(receipt.effects().getFirst().before())
                .hasToString("route default via 172.18.0.1 dev net1.100 table main");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\u0000\u0001",
                "{}",
                "{\"version\": \"1\"}",
                "{\"version\": 1}",
                "{\"version\": 1, \"attachment\": 7}",
                "{\"version\": 1, \"attachment\": {\"network\": 1}}"
            })
    void refusesWhatIsNoReceipt(String document) {
        assertThatThrownBy(() -> ReceiptJson.read(document.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank();
    }

    @Test
    void refusesEveryTornReceipt() {
        byte[] whole = ReceiptJson.write(receipt(new Sysctl("net/ipv4/ip_forward", "1")));
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ReceiptJson.read(torn))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesTheVersionOfANewerRelease() {
        byte[] document = "{\"version\": 2}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ReceiptJson.read(document))
                .hasMessage("version 2 is of a newer release");
    }
}
