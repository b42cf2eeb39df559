package io.metaplugins.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSettingsTest {
    @TempDir private Path directory;

    private NodeSettings read(String text) throws IOException {
        Path file = directory.resolve("settings.json");
        Files.writeString(file, text.replace('\'', '"'));
        return NodeSettings.read(file);
    }

    @Test
    void saysWhatIsInTheFile() throws IOException {
        NodeSettings settings =
                read(
                        """
                        {'overlay_hijack_subnet': ['10.244.0.0/16'], 'service_hijack_subnet':
                         ['10.96.0.0/12', 'fd00::/108'], 'repair': 'log', 'full_pass': '90s', 'grace': '5m'}
                        """);

        assertThat(settings.repair()).isEqualTo(RepairMode.LOG);
        assertThat(settings.fullPass()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.grace()).isEqualTo(Duration.ofMinutes(5));
        ConfigReader silent = ConfigReader.parse("{}");
        silent.fallBackOn(settings.defaults());
        assertThat(silent.key("service_hijack_subnet").cidrs())
                .containsExactly(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00::/108"));
        assertThat(silent.key("additional_hijack_subnet").isPresent()).isFalse();
    }

    @Test
    void saysNothingWhereThereIsNoFileOrNothingInIt() throws IOException {
        assertThat(NodeSettings.read(directory.resolve("none"))).isEqualTo(NodeSettings.NONE);
        assertThat(read("{}")).isEqualTo(NodeSettings.NONE);
    }

    @Test
    void doesNotTouchWhatAConfigurationSaysByWhicheverName() throws IOException {
        NodeSettings settings = read("{'serviceCIDR': ['10.96.0.0/12']}");

        for (String own : new String[] {"service_hijack_subnet", "serviceCIDR"}) {
            ConfigReader reader = ConfigReader.parse("{\"" + own + "\": [\"10.97.0.0/16\"]}");
            reader.fallBackOn(settings.defaults());
            assertThat(reader.key("service_hijack_subnet", "serviceCIDR").cidrs())
                    .containsExactly(Cidr.parse("10.97.0.0/16"));
        }
        ConfigReader none = ConfigReader.parse("{\"service_hijack_subnet\": []}");
        none.fallBackOn(settings.defaults());
        assertThat(none.key("service_hijack_subnet", "serviceCIDR").cidrs()).isEmpty();
    }

    @Test
    void namesEachKeyAndValueThatIsWrongAndTheFile() {
        assertThatThrownBy(() ->
                        read(
                                """
                                {'service_hijack_subnets': [], 'overlay_hijack_subnet': ['10.0.0.0/33'],
                                 'repair': 'maybe', 'grace': '2h'}
                                """))
                .isInstanceOf(CniException.class)
                .hasMessageContaining(directory.resolve("settings.json").toString())
                .hasMessageContaining("'service_hijack_subnets'")
                .hasMessageContaining("10.0.0.0/33")
                .hasMessageContaining("'repair': value 'maybe'")
                .hasMessageContaining("'grace': value '2h'");
        assertThatThrownBy(() -> read("{'repair': "))
                .isInstanceOf(CniException.class)
                .hasMessageContaining(directory.resolve("settings.json").toString());
    }

    @Test
    void tellsThatAFileCannotBeRead() {
        assertThatThrownBy(() -> NodeSettings.read(directory))
                .isInstanceOf(CniException.class)
                .hasMessageContaining("cannot read " + directory);
    }

    @Test
    void theEnvironmentMayNameAnotherFile() {
        assertThat(NodeSettings.file(Map.of())).isEqualTo(NodeSettings.DEFAULT_FILE);
        assertThat(NodeSettings.file(Map.of("META_PLUGINS_SETTINGS", "/other")))
                .isEqualTo(Path.of("/other"));
    }
}
