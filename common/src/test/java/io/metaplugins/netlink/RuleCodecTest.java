package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.NLM_F_CREATE_EXCL;
import static io.metaplugins.netlink.Captured.V0;
import static io.metaplugins.netlink.Captured.V1;
import static io.metaplugins.netlink.Captured.message;
import static io.metaplugins.netlink.Captured.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Rule;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import org.junit.jupiter.api.Test;

class RuleCodecTest {
    private static final Rule FULL =
            new Rule(
                    IpFamily.IPV4,
                    1000,
                    Cidr.parse("10.244.181.69/32"),
                    Cidr.parse("10.244.0.0/18"),
                    0x20000L,
                    0xff0000L,
                    V0,
                    V1,
                    new TableId(500),
                    199);

    private final RuleCodec codec = new RuleCodec();

    // ip rule add priority 1000 from 10.244.181.69 to 10.244.0.0/18 fwmark 0x20000/0xff0000 \
    //     table 500 iif v0 oif v1 protocol 199
    @Test
    void addsAnIpv4RuleAsIpDoes() {
        Message raw =
                message(
                        """
                        64 00 00 00 20 00 05 06 01 00 00 00 00 00 00 00 | RTM_NEWRULE
                        02 12 20 00 00 00 00 01 00 00 00 00             | to /18 from /32 FR_ACT_TO_TBL
                        08 00 06 00 e8 03 00 00                         | FRA_PRIORITY
                        08 00 02 00 0a f4 b5 45                         | FRA_SRC
                        08 00 01 00 0a f4 00 00                         | FRA_DST
                        08 00 0a 00 00 00 02 00                         | FRA_FWMARK
                        08 00 10 00 00 00 ff 00                         | FRA_FWMASK
                        08 00 0f 00 f4 01 00 00                         | FRA_TABLE
                        07 00 03 00 76 30 00 00                         | FRA_IIFNAME
                        07 00 11 00 76 31 00 00                         | FRA_OIFNAME
                        05 00 15 00 c7 00 00 00                         | FRA_PROTOCOL
                        """);
        assertThat(codec.read(raw)).isEqualTo(FULL);
        assertThat(sent(codec.add(FULL, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip -6 rule add priority 1000 to fd44::/64 lookup 100 protocol 199
    @Test
    void addsAnIpv6RuleAsIpDoes() {
        Message raw =
                message(
                        """
                        40 00 00 00 20 00 05 06 01 00 00 00 00 00 00 00             | RTM_NEWRULE
                        0a 40 00 00 64 00 00 01 00 00 00 00                         | table 100
                        08 00 06 00 e8 03 00 00                                     | FRA_PRIORITY
                        14 00 01 00 fd 44 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | FRA_DST
                        05 00 15 00 c7 00 00 00                                     | FRA_PROTOCOL
                        """);
        Rule rule = Rule.to(Cidr.parse("fd44::/64"), 1000, new TableId(100));
        assertThat(codec.read(raw)).isEqualTo(rule.withProtocol(199));
        assertThat(sent(codec.add(rule, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip rule delete priority 1000 from 10.244.181.69 …; ip leaves the action open (0), and we
    // say it
    @Test
    void deletesARuleAsIpDoesButForItsAction() {
        assertThat(sent(codec.delete(FULL)))
                .isEqualTo(
                        message(
                                """
                                64 00 00 00 21 00 05 00 01 00 00 00 00 00 00 00 | RTM_DELRULE
                                02 12 20 00 00 00 00 01 00 00 00 00             | FR_ACT_TO_TBL
                                08 00 06 00 e8 03 00 00                         | FRA_PRIORITY
                                08 00 02 00 0a f4 b5 45                         | FRA_SRC
                                08 00 01 00 0a f4 00 00                         | FRA_DST
                                08 00 0a 00 00 00 02 00                         | FRA_FWMARK
                                08 00 10 00 00 00 ff 00                         | FRA_FWMASK
                                08 00 0f 00 f4 01 00 00                         | FRA_TABLE
                                07 00 03 00 76 30 00 00                         | FRA_IIFNAME
                                07 00 11 00 76 31 00 00                         | FRA_OIFNAME
                                05 00 15 00 c7 00 00 00                         | FRA_PROTOCOL
                                """));
    }

    // ip rule
    @Test
    void readsARuleInTheOrderOfTheKernel() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        6c 00 00 00 20 00 02 00 01 00 00 00 62 00 00 00 | RTM_NEWRULE
                                        02 12 20 00 fc 00 00 01 00 00 00 00             |
                                        08 00 0f 00 f4 01 00 00                         | FRA_TABLE
                                        08 00 0e 00 ff ff ff ff                         | FRA_SUPPRESS_PREFIXLEN
                                        05 00 15 00 c7 00 00 00                         | FRA_PROTOCOL
                                        07 00 03 00 76 30 00 00                         | FRA_IIFNAME
                                        07 00 11 00 76 31 00 00                         | FRA_OIFNAME
                                        08 00 06 00 e8 03 00 00                         | FRA_PRIORITY
                                        08 00 0a 00 00 00 02 00                         | FRA_FWMARK
                                        08 00 10 00 00 00 ff 00                         | FRA_FWMASK
                                        08 00 01 00 0a f4 00 00                         | FRA_DST
                                        08 00 02 00 0a f4 b5 45                         | FRA_SRC
                                        """)))
                .isEqualTo(FULL);
    }

    // ip rule, after ip rule add priority 1001 from all lookup 100 suppress_prefixlength 0
    @Test
    void readsARuleThatSaysMoreThanWeCanWithoutItsTable() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        3c 00 00 00 20 00 02 00 01 00 00 00 62 00 00 00 | RTM_NEWRULE
                                        02 00 00 00 64 00 00 01 00 00 00 00             | table 100
                                        08 00 0f 00 64 00 00 00                         | FRA_TABLE
                                        08 00 0e 00 00 00 00 00                         | FRA_SUPPRESS_PREFIXLEN
                                        05 00 15 00 00 00 00 00                         | FRA_PROTOCOL
                                        08 00 06 00 e9 03 00 00                         | FRA_PRIORITY
                                        """)))
                .isEqualTo(
                        new Rule(IpFamily.IPV4, 1001, null, null, null, null, null, null, null, 0));
    }

    // ip rule
    @Test
    void readsTheRuleOfTheMainTable() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        3c 00 00 00 20 00 02 00 01 00 00 00 62 00 00 00 | RTM_NEWRULE
                                        02 00 00 00 fe 00 00 01 00 00 00 00             | table main
                                        08 00 0f 00 fe 00 00 00                         | FRA_TABLE
                                        08 00 0e 00 ff ff ff ff                         | FRA_SUPPRESS_PREFIXLEN
                                        05 00 15 00 02 00 00 00                         | FRA_PROTOCOL: kernel
                                        08 00 06 00 fe 7f 00 00                         | FRA_PRIORITY
                                        """)))
                .isEqualTo(Rule.all(IpFamily.IPV4, 32766, TableId.MAIN).withProtocol(2));
    }

    @Test
    void saysWhatIsWrongWithABrokenMessage() {
        broken(
                """
                1c 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 | RTM_NEWROUTE
                02 00 00 00 fe 00 00 01 00 00 00 00
                """,
                "no rule: message of type 24");
        broken(
                """
                1c 00 00 00 20 00 02 00 01 00 00 00 00 00 00 00 |
                80 00 00 00 fe 00 00 01 00 00 00 00 | RTNL_FAMILY_IPMR
                """,
                "address family 128");
        broken(
                """
                24 00 00 00 20 00 02 00 01 00 00 00 00 00 00 00 |
                02 00 21 00 fe 00 00 01 00 00 00 00 | from /33
                08 00 02 00 0a f4 b5 45
                """,
                "a prefix of 33 bits");
    }

    private void broken(String text, String why) {
        assertThatThrownBy(() -> codec.read(message(text)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(why);
    }
}
