package io.metaplugins.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RuleTest {
    private static final TableId TABLE = new TableId(100);
    private static final String TO = "10.244.64.10";
    private static final String FROM = "172.18.24.120";

    @Test
    void appliesToWhatHasItsAddresses() {
        Rule from = Rule.from(Cidr.parse("172.18.0.0/16"), 1, TABLE);
        assertThat(from.appliesTo(packet(TO, FROM, 0))).isTrue();
        assertThat(from.appliesTo(packet(TO, "10.0.0.1", 0))).isFalse();
        assertThat(from.appliesTo(packet(TO, null, 0))).as("no source yet").isFalse();
        Rule to = Rule.to(Cidr.parse("10.244.64.0/18"), 1, TABLE);
        assertThat(to.appliesTo(packet(TO, null, 0))).isTrue();
        assertThat(to.appliesTo(packet("10.244.0.1", null, 0))).isFalse();
    }

    @Test
    void appliesToTheMarkInItsBits() {
        Rule rule = Rule.marked(IpFamily.IPV4, 0x0200_0000, 0xff00_0000L, 1, TABLE);
        assertThat(rule.appliesTo(packet(TO, null, 0x0200_0000))).isTrue();
        assertThat(rule.appliesTo(packet(TO, null, 0x0200_4711))).isTrue();
        assertThat(rule.appliesTo(packet(TO, null, 0x0300_0000))).isFalse();
        assertThat(rule.appliesTo(packet(TO, null, 0))).isFalse();
    }

    @Test
    void appliesToItsFamilyAlone() {
        Rule rule = Rule.all(IpFamily.IPV4, 1, TABLE);
        assertThat(rule.appliesTo(packet(TO, null, 0))).isTrue();
        assertThat(rule.appliesTo(packet("fd00::1", null, 0))).isFalse();
    }

    @Test
    void appliesToWhatCameInByItsInterface() {
        InterfaceName net1 = new InterfaceName("net1");
        Packet forwarded = new Packet(IpAddress.parse(TO), IpAddress.parse(FROM), 0, net1);
        assertThat(by("net1", null).appliesTo(forwarded)).isTrue();
        assertThat(by("eth0", null).appliesTo(forwarded)).isFalse();
        assertThat(by("lo", null).appliesTo(forwarded)).isFalse();
        assertThat(by("lo", null).appliesTo(packet(TO, null, 0))).isTrue();
    }

    @Test
    void ofASocketThatIsBoundToAnInterfaceAPacketDoesNotTell() {
        assertThat(by(null, "net1").appliesTo(packet(TO, FROM, 0))).isFalse();
    }

    private static Rule by(@Nullable String iif, @Nullable String oif) {
        return new Rule(
                IpFamily.IPV4,
                1,
                null,
                null,
                null,
                null,
                iif == null ? null : new InterfaceName(iif),
                oif == null ? null : new InterfaceName(oif),
                TABLE,
                null);
    }

    private static Packet packet(String to, @Nullable String from, long mark) {
        return new Packet(
                IpAddress.parse(to), from == null ? null : IpAddress.parse(from), mark, null);
    }
}
