package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "1s, PT1S",
        "500ms, PT0.5S",
        "1m30s, PT1M30S",
        "1.5s, PT1.5S",
        "1h, PT1H",
        ".5s, PT0.5S",
        "7us, PT0.000007S",
        "7µs, PT0.000007S",
        "9ns, PT0.000000009S"
    })
    void parsesAsGoDoes(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "s", "1x", "-1s", "1s ", "1..5s", "1e3s", "99999999999999999999h"})
    void refusesWhatGoRefuses(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void formatsInTheLargestWholeUnit() {
        assertThat(GoDuration.format(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(GoDuration.format(Duration.ofMinutes(60))).isEqualTo("1h");
        assertThat(GoDuration.format(Duration.ofMillis(1))).isEqualTo("1ms");
        assertThat(GoDuration.format(Duration.ZERO)).isEqualTo("0s");
    }
}
