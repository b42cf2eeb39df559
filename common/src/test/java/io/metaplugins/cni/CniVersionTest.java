package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CniVersionTest {
    @ParameterizedTest
    @EnumSource
    void parsesItsOwnText(CniVersion version) {
        assertThat(CniVersion.parse(version.toString())).isEqualTo(version);
    }

    @Test
    void noVersionIsTheOldest() {
        assertThat(CniVersion.parse("")).isEqualTo(CniVersion.V0_1_0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.0", "2.0.0", "1.0", "v1.0.0", " 1.0.0", "0.3.2", "x"})
    void otherVersionsAreRefusedWithTheListOfOurs(String text) {
        assertThatThrownBy(() -> CniVersion.parse(text))
                .isInstanceOfSatisfying(CniException.class, e -> assertThat(e.code()).isEqualTo(1))
                .hasMessageContaining(
                        "'"
                                + text
                                + "' is not one of 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0");
    }

    @Test
    void ordersByAge() {
        assertThat(CniVersion.V0_4_0.isAtLeast(CniVersion.V0_4_0)).isTrue();
        assertThat(CniVersion.V0_3_1.isAtLeast(CniVersion.V0_4_0)).isFalse();
        assertThat(CniVersion.latest()).isEqualTo(CniVersion.V1_1_0);
    }
}
