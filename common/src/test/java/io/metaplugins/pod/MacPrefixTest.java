package io.metaplugins.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.metaplugins.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacPrefixTest {

    @Test
    void isFollowedByTheLastFourBytesOfTheAddress() {
        assertThat(MacPrefix.parse("0a:1b").addressFor(IpAddress.parse("172.18.24.124")))
                .hasToString("0a:1b:ac:12:18:7c");
        assertThat(MacPrefix.parse("0A-1B").addressFor(IpAddress.parse("fd00:172:18::dead:beef")))
                .hasToString("0a:1b:de:ad:be:ef");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0a",
                "0a1b",
                "0a:1b:",
                "0a:1b:2c",
                "0a 1b",
                "0g:1b",
                "a:1bc",
                "01:00",
                "33-33"
            })
    void refusesWhatIsNoPrefixOfAUnicastAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MacPrefix.parse(text));
    }
}
