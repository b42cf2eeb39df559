package io.metaplugins.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "172.18.24.120, 172.18.24.120",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "fe80::0001, fe80::1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1::, 1::",
        "::ffff:192.0.2.1, ::ffff:192.0.2.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    })
    void printsAsRfc5952HasIt(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-4",
                "1.2.3.4/24",
                " 1.2.3.4",
                "0x7f.0.0.1",
                "localhost",
                "fe80::1%eth0",
                "1::2::3",
                "12345::",
                ":::",
                "::g"
            })
    void refusesWhatIsNoLiteral(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void doesNotTakeAMappedAddressForAnIpv4One() {
        IpAddress mapped = IpAddress.parse("::ffff:192.0.2.1");

        assertThat(mapped.family()).isEqualTo(IpFamily.IPV6);
        assertThat(mapped.bytes()).hasSize(16);
        assertThat(IpAddress.ofBytes(mapped.bytes())).isEqualTo(mapped);
        assertThat(mapped).isNotEqualTo(IpAddress.parse("192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "192.0.2.255",
                "::",
                "fe80::1",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            })
    void survivesTheWayThroughBytesAndText(String text) {
        IpAddress address = IpAddress.parse(text);

        assertThat(IpAddress.ofBytes(address.bytes())).isEqualTo(address);
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    }

    @Test
    void refusesBytesOfAnotherLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.ofBytes(new byte[5]))
                .withMessageContaining("5");
    }

    @Test
    void knowsItsScope() {
        assertThat(IpAddress.parse("169.254.1.1").isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("169.255.1.1").isLinkLocal()).isFalse();
        assertThat(IpAddress.parse("febf::1").isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("fec0::1").isLinkLocal()).isFalse();
        assertThat(IpAddress.parse("127.255.0.1").isLoopback()).isTrue();
        assertThat(IpAddress.parse("::1").isLoopback()).isTrue();
        assertThat(IpAddress.parse("::2").isLoopback()).isFalse();
        assertThat(IpAddress.parse("239.1.1.1").isMulticast()).isTrue();
        assertThat(IpAddress.parse("240.0.0.1").isMulticast()).isFalse();
        assertThat(IpAddress.parse("ff02::1").isMulticast()).isTrue();
        assertThat(IpAddress.parse("::").isUnspecified()).isTrue();
    }

    @Test
    void comesInTheOrderOfUnsignedNumbersIpv4First() {
        assertThat(IpAddress.parse("200.0.0.1")).isGreaterThan(IpAddress.parse("100.0.0.1"));
        assertThat(IpAddress.parse("ff00::")).isGreaterThan(IpAddress.parse("1::"));
        assertThat(IpAddress.parse("::")).isGreaterThan(IpAddress.parse("255.255.255.255"));
    }
}
