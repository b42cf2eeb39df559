package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.V0;
import static io.metaplugins.netlink.Captured.message;
import static io.metaplugins.netlink.Captured.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.MacAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LinkCodecTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:09");

    private final LinkCodec codec = new LinkCodec();

    // ip link set v0 address 02:00:00:00:00:09 mtu 1400
    @Test
    void setsAddressAndMtuAsIpDoes() {
        Link wish = new Link(V0, 0, null, MAC, 1400, null, false, null, null, null, null, null);
        assertThat(sent(codec.set(wish, 7)))
                .isEqualTo(
                        message(
                                """
                                34 00 00 00 10 00 05 00 01 00 00 00 00 00 00 00 | RTM_NEWLINK
                                00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00 | v0
                                0a 00 01 00 02 00 00 00 00 09 00 00             | IFLA_ADDRESS
                                08 00 04 00 78 05 00 00                         | IFLA_MTU
                                """));
    }

    // ip link set v0 up
    @Test
    void setsUpAsIpDoes() {
        Link wish = new Link(V0, 0, null, null, null, true, false, null, null, null, null, null);
        assertThat(sent(codec.set(wish, 7)))
                .isEqualTo(
                        message(
                                """
                                20 00 00 00 10 00 05 00 01 00 00 00 00 00 00 00 | RTM_NEWLINK
                                00 00 00 00 07 00 00 00 01 00 00 00 01 00 00 00 | IFF_UP
                                """));
    }

    // ip link delete v0
    @Test
    void deletesALinkAsIpDoes() {
        assertThat(sent(codec.delete(7)))
                .isEqualTo(
                        message(
                                """
                                20 00 00 00 11 00 05 00 01 00 00 00 00 00 00 00 | RTM_DELLINK
                                00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00 | v0
                                """));
    }

    // ip link show dev v0, some attributes cut out
    @Test
    void readsALink() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        54 00 00 00 10 00 00 00 01 00 00 00 85 48 75 c8 | RTM_NEWLINK
                                        00 00 01 00 07 00 00 00 43 10 01 00 00 00 00 00 | UP, BROADCAST …
                                        07 00 03 00 76 30 00 00                         | IFLA_IFNAME
                                        08 00 04 00 78 05 00 00                         | IFLA_MTU
                                        0a 00 01 00 02 00 00 00 00 09 00 00             | IFLA_ADDRESS
                                        10 00 12 00 09 00 01 00 76 65 74 68 00 00 00 00 | IFLA_LINKINFO: veth
                                        08 00 05 00 08 00 00 00                         | IFLA_LINK
                                        """)))
                .isEqualTo(
                        new Link(V0, 7, "veth", MAC, 1400, true, false, 8, null, null, null, null));
    }

    @Test
    void passesOverALinkWhoseNameIsNone() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        28 00 00 00 10 00 00 00 01 00 00 00 00 00 00 00 |
                                        00 00 01 00 07 00 00 00 43 10 01 00 00 00 00 00 |
                                        06 00 03 00 01 00 00 00                         | a control character
                                        """)))
                .isNull();
    }

    @Test
    void saysWhatIsWrongWithABrokenMessage() {
        assertThatThrownBy(() ->
                        codec.read(
                                message(
                                        """
                                        14 00 00 00 10 00 00 00 01 00 00 00 00 00 00 00 |
                                        00 00 01 00
                                        """)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("message of type 16 has 4 bytes, less than its header");
    }

    // RTM_SETLINK, as Documentation/netlink/specs/rt-link.yaml nests it
    @Test
    void setsASettingOfAnInterface() {
        SettingCodec.Setting setting =
                Objects.requireNonNull(SettingCodec.at("net/ipv4/conf/v0/rp_filter"));
        assertThat(sent(new SettingCodec().set(setting, 7, 2)))
                .isEqualTo(
                        message(
                                """
                                34 00 00 00 13 00 05 00 01 00 00 00 00 00 00 00 | RTM_SETLINK
                                00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00 | v0
                                14 00 1a 00                                     | IFLA_AF_SPEC
                                10 00 02 00                                     | AF_INET
                                0c 00 01 00                                     | IFLA_INET_CONF
                                08 00 08 00 02 00 00 00                         | IPV4_DEVCONF_RP_FILTER
                                """));
    }

    @Test
    void readsASettingThatTheKernelTellsAndNoOther() {
        SettingCodec settings = new SettingCodec();
        Message message =
                message(
                        """
                        34 00 00 00 10 00 00 00 01 00 00 00 00 00 00 00 | RTM_NEWLINK
                        00 00 01 00 07 00 00 00 43 10 01 00 00 00 00 00 | v0
                        14 00 1a 00                                     | IFLA_AF_SPEC
                        10 00 02 00                                     | AF_INET
                        0c 00 01 00 01 00 00 00 02 00 00 00             | FORWARDING, MC_FORWARDING
                        """);
        String path = "net/ipv4/conf/v0/forwarding";
        SettingCodec.Setting forwarding = Objects.requireNonNull(SettingCodec.at(path));
        SettingCodec.Setting filter =
                Objects.requireNonNull(SettingCodec.at("net/ipv4/conf/v0/rp_filter"));
        assertThat(settings.read(message, path, forwarding)).isEqualTo(new Sysctl(path, "1"));
        assertThat(settings.read(message, path, filter)).isNull();
    }

    @Test
    void knowsWhichSettingsAreAnInterfacesOwn() {
        assertThat(SettingCodec.at("net/ipv4/conf/net1.100/rp_filter")).isNotNull();
        assertThat(SettingCodec.at("net/ipv4/conf/all/rp_filter")).isNull();
        assertThat(SettingCodec.at("net/ipv4/conf/default/rp_filter")).isNull();
        assertThat(SettingCodec.at("net/ipv6/conf/v0/rp_filter")).isNull();
        assertThat(SettingCodec.at("net/ipv4/conf/v0/nonsense")).isNull();
        assertThat(SettingCodec.at("net/ipv4/conf/rp_filter")).isNull();
        assertThat(SettingCodec.at("net/ipv4/conf/")).isNull();
    }
}
