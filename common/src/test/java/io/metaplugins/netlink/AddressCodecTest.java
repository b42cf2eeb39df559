package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.INTERFACES;
import static io.metaplugins.netlink.Captured.NLM_F_CREATE_EXCL;
import static io.metaplugins.netlink.Captured.V0;
import static io.metaplugins.netlink.Captured.message;
import static io.metaplugins.netlink.Captured.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import org.junit.jupiter.api.Test;

class AddressCodecTest {
    private final AddressCodec codec = new AddressCodec(INTERFACES);

    // ip addr add 10.2.0.1/24 dev v0
    @Test
    void addsAnIpv4AddressAsIpDoes() {
        Message raw =
                message(
                        """
                        28 00 00 00 14 00 05 06 01 00 00 00 00 00 00 00 | RTM_NEWADDR
                        02 18 00 00 07 00 00 00                         | /24 v0
                        08 00 02 00 0a 02 00 01                         | IFA_LOCAL
                        08 00 01 00 0a 02 00 01                         | IFA_ADDRESS
                        """);
        Address address = new Address(V0, Cidr.parse("10.2.0.1/24"), null, Scope.GLOBAL, false);
        assertThat(codec.read(raw)).isEqualTo(address);
        assertThat(sent(codec.add(address, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip addr add fd02::1/64 dev v0 nodad
    @Test
    void addsAnIpv6AddressWithoutDetectionOfDuplicatesAsIpDoes() {
        Message raw =
                message(
                        """
                        40 00 00 00 14 00 05 06 01 00 00 00 00 00 00 00             | RTM_NEWADDR
                        0a 40 02 00 07 00 00 00                                     | IFA_F_NODAD
                        14 00 02 00 fd 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | IFA_LOCAL
                        14 00 01 00 fd 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | IFA_ADDRESS
                        """);
        Address address = new Address(V0, Cidr.parse("fd02::1/64"), null, Scope.GLOBAL, false);
        assertThat(codec.read(raw)).isEqualTo(address);
        assertThat(sent(codec.add(address, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip addr add 10.9.0.1 peer 10.9.0.2/32 dev v0
    @Test
    void addsAPointToPointAddressAsIpDoes() {
        Message raw =
                message(
                        """
                        28 00 00 00 14 00 05 06 01 00 00 00 00 00 00 00 | RTM_NEWADDR
                        02 20 00 00 07 00 00 00                         | /32 v0
                        08 00 02 00 0a 09 00 01                         | IFA_LOCAL
                        08 00 01 00 0a 09 00 02                         | IFA_ADDRESS
                        """);
        Address address =
                new Address(
                        V0,
                        Cidr.parse("10.9.0.1/32"),
                        IpAddress.parse("10.9.0.2"),
                        Scope.GLOBAL,
                        false);
        assertThat(codec.read(raw)).isEqualTo(address);
        assertThat(sent(codec.add(address, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip -4 addr show dev v0
    @Test
    void readsAnIpv4Address() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        4c 00 00 00 14 00 22 00 01 00 00 00 6a 00 00 00             | RTM_NEWADDR
                                        02 10 80 00 07 00 00 00                                     | IFA_F_PERMANENT
                                        08 00 01 00 0a 01 00 02                                     | IFA_ADDRESS
                                        08 00 02 00 0a 01 00 02                                     | IFA_LOCAL
                                        07 00 03 00 76 30 00 00                                     | IFA_LABEL
                                        08 00 08 00 80 00 00 00                                     | IFA_FLAGS
                                        14 00 06 00 ff ff ff ff ff ff ff ff d5 88 07 00 d5 88 07 00 | IFA_CACHEINFO
                                        """)))
                .isEqualTo(new Address(V0, Cidr.parse("10.1.0.2/16"), null, Scope.GLOBAL, false));
    }

    // ip -6 addr show dev v0, with IFA_F_TENTATIVE (0x40) set
    @Test
    void readsAnIpv6AddressThatIsNotUsableYet() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        48 00 00 00 14 00 22 00 01 00 00 00 6e 00 00 00             | RTM_NEWADDR
                                        0a 40 80 fd 07 00 00 00                                     | scope link
                                        14 00 01 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | IFA_ADDRESS
                                        14 00 06 00 ff ff ff ff ff ff ff ff e1 88 07 00 e1 88 07 00 | IFA_CACHEINFO
                                        08 00 08 00 c0 00 00 00                                     | IFA_FLAGS
                                        """)))
                .isEqualTo(new Address(V0, Cidr.parse("fe80::1/64"), null, Scope.LINK, true));
    }

    @Test
    void anIpv4MappedAddressStaysIpv6() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        2c 00 00 00 14 00 02 00 01 00 00 00 00 00 00 00             |
                                        0a 80 80 00 07 00 00 00                                     | /128
                                        14 00 01 00 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01 | IFA_ADDRESS
                                        """)))
                .extracting(Address::cidr)
                .isEqualTo(Cidr.parse("::ffff:192.0.2.1/128"));
    }

    @Test
    void saysWhatIsWrongWithABrokenMessage() {
        broken(
                """
                18 00 00 00 14 00 02 00 01 00 00 00 00 00 00 00 |
                02 10 80 00 07 00 00 00
                """,
                "an address message without an address");
        broken(
                """
                20 00 00 00 14 00 02 00 01 00 00 00 00 00 00 00 |
                02 ff 80 00 07 00 00 00 |
                08 00 02 00 0a 01 00 02
                """,
                "a prefix of 255 bits");
    }

    private void broken(String text, String why) {
        assertThatThrownBy(() -> codec.read(message(text)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(why);
    }
}
