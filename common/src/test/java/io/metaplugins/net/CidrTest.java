package io.metaplugins.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "172.18.24.120/16, 172.18.0.0/16",
        "10.244.181.69/32, 10.244.181.69/32",
        "10.244.181.69/31, 10.244.181.68/31",
        "255.255.255.255/1, 128.0.0.0/1",
        "10.1.2.3/0, 0.0.0.0/0",
        "fd00:172:18::120/64, fd00:172:18::/64",
        "fd00::ffff/127, fd00::fffe/127",
        "fd00::1/128, fd00::1/128",
        "ffff::1/0, ::/0",
        "::ffff:192.0.2.1/120, ::ffff:192.0.2.0/120",
    })
    void clearsTheBitsBehindThePrefix(String cidr, String network) {
        assertThat(Cidr.parse(cidr).network()).isEqualTo(Cidr.parse(network)).hasToString(network);
    }

    @Test
    void keepsTheBitsBehindThePrefixUntilAsked() {
        assertThat(Cidr.parse("172.18.24.120/16")).hasToString("172.18.24.120/16");
    }

    @ParameterizedTest
    @CsvSource({
        "10.244.0.0/18, 10.244.63.255, true",
        "10.244.0.0/18, 10.244.64.0, false",
        "10.244.0.0/18, 10.243.255.255, false",
        "0.0.0.0/0, 0.0.0.0, true",
        "0.0.0.0/0, ::1, false",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/31, 10.1.2.2, true",
        "fd00::/64, fd00::ffff:ffff:ffff:ffff, true",
        "fd00::/64, fd00:0:0:1::, false",
        "::/0, fe80::1, true",
        "::/0, 10.1.2.3, false",
    })
    void containsTheAddressesOfItsPrefix(String cidr, String address, boolean expected) {
        assertThat(Cidr.parse(cidr).contains(IpAddress.parse(address))).isEqualTo(expected);
    }

    @Test
    void containsLongerPrefixesOfItself() {
        Cidr wide = Cidr.parse("10.244.0.0/16");

        assertThat(wide.contains(Cidr.parse("10.244.3.0/24"))).isTrue();
        assertThat(wide.contains(wide)).isTrue();
        assertThat(Cidr.parse("10.244.3.0/24").contains(wide)).isFalse();
        assertThat(wide.contains(Cidr.parse("10.245.0.0/24"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "fd00::/129",
                "fd00::1%eth0/64",
                "10.0.0/8",
                "10.0.0.0/0008",
                "/24"
            })
    void refusesWhatIsNoCidr(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text));
    }
}
