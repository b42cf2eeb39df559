package io.metaplugins.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "eth0", "net1.100", "storage-net", "fifteen-bytes-x", "größe", "..."})
    void takesTheInterfaceNamesThatTheKernelTakes(String name) {
        assertThat(new InterfaceName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a/b",
                "a:b",
                "a b",
                "a\tb",
                "sixteen-bytes-xx",
                "größengrößengr"
            })
    void refusesTheInterfaceNamesThatTheKernelRefuses(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new InterfaceName(name));
    }

    @Test
    void readsMacAddressesWithColonsAndHyphens() {
        MacAddress address = MacAddress.parse("0A:1b:ac:12:18:78");

        assertThat(address).hasToString("0a:1b:ac:12:18:78");
        assertThat(MacAddress.parse("0a-1b-ac-12-18-78")).isEqualTo(address);
        assertThat(MacAddress.ofBytes(address.bytes())).isEqualTo(address);
        assertThat(address.isMulticast()).isFalse();
        assertThat(MacAddress.parse("01:00:5e:00:00:01").isMulticast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0a:1b", "0a:1b:ac:12:18:78:99", "0a1bac121878", "0g:00:00:00:00:00"})
    void refusesWhatIsNoMacAddress(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessageContaining(text);
    }

    @Test
    void namesTheKernelsOwnTables() {
        assertThat(new TableId(254)).isEqualTo(TableId.MAIN).hasToString("main");
        assertThat(new TableId(500)).hasToString("500");
        assertThat(new TableId(4294967295L)).hasToString("4294967295");
        assertThatIllegalArgumentException().isThrownBy(() -> new TableId(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TableId(4294967296L));
    }
}
