package io.metaplugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VethPairTest {
    @Test
    void isNamedAfterTheFirstElevenCharactersOfTheContainersId() {
        assertThat(VethPair.of("0123456789abcdef").hostEnd()).hasToString("veth0123456789a");
        assertThat(VethPair.of("short").hostEnd()).hasToString("vethshort");
    }

    @Test
    void hasAddressesOfItsOwnThatNobodyAssignsAndNobodySharesAndThatStayTheSame() {
        Set<Long> addresses = new HashSet<>();
        for (int number = 0; number < 1000; number++) {
            VethPair pair = VethPair.of("container-" + number);
            assertThat(pair).isEqualTo(VethPair.of("container-" + number));
            for (long mac : new long[] {pair.hostMac().value(), pair.podMac().value()}) {
                assertThat(mac >>> 40 & 3).as("locally administered, unicast").isEqualTo(2);
                addresses.add(mac);
            }
        }
        assertThat(addresses).hasSize(2000);
    }
}
