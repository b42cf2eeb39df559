package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.json.Json;
import org.junit.jupiter.api.Test;

class RevisionTest {
    private static final String BEFORE =
            """
            {"cniVersion": "1.0.0", "name": "blue", "type": "router", "rule_priority": 7, "old": 1,
             "runtimeConfig": {"mac": "x"}, "prevResult": {"ips": []}}
            """;

    private static Revision read(String text, String network) {
        return Revision.read(text.replace('\'', '"'), network);
    }

    private static void assertRefused(String text, String network, String... words) {
        assertThatThrownBy(() -> read(text, network))
                .isInstanceOf(CniException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void takesItsSectionFromAListAndWhatIsTheAttachmentsFromBefore() {
        Revision revision =
                read(
                        """
                        {'cniVersion': '1.1.0', 'name': 'blue', 'plugins': [
                          {'type': 'macvlan', 'master': 'eth0'},
                          {'type': 'router', 'rule_priority': 8, 'capabilities': {'mac': true}}]}
                        """,
                        "");

        assertThat(revision.network()).isEqualTo("blue");
        assertThat(revision.plugins()).containsExactly("macvlan", "router");
        assertThat(Json.parse(revision.applied("router", BEFORE)))
                .isEqualTo(
                        Json.parse(
                                """
                                {"cniVersion": "1.0.0", "name": "blue", "type": "router",
                                 "rule_priority": 8, "runtimeConfig": {"mac": "x"},
                                 "prevResult": {"ips": []}}
                                """));
    }

    /** As a runtime takes it, of plugins that are not asked for. */
    @Test
    void refusesOnlyWhatItIsAskedForIfThatIsThereTwice() {
        Revision revision =
                read(
                        """
                        {'name': 'blue', 'plugins': [{'type': 'tuning'}, {'type': 'router'},
                          {'type': 'tuning', 'mtu': 1400}]}
                        """,
                        "");

        assertThat(revision.plugins()).containsExactly("tuning", "router");
        assertThat(revision.applied("router", BEFORE)).contains("router");
        assertThatThrownBy(() -> revision.applied("tuning", BEFORE))
                .isInstanceOf(CniException.class)
                .hasMessageContainingAll("plugins[2].type", "tuning", "each plugin once");
    }

    @Test
    void takesAPluginsOwnConfiguration() {
        Revision revision = read("{'name': 'blue', 'type': 'router', 'prevResult': {}}", "");

        assertThat(revision.plugins()).containsExactly("router");
        assertThat(Json.parse(revision.applied("router", "{\"name\": \"blue\"}")))
                .isEqualTo(Json.parse("{\"name\": \"blue\", \"type\": \"router\"}"));
    }

    @Test
    void takesADefinitionWhoseNameIsTheNetworksIfItsTextHasNone() {
        String without = definition("{'type': 'router'}");
        String with = definition("{'name': 'inner', 'type': 'router'}");

        assertThat(Revision.read(without, "").network()).isEqualTo("nad");
        assertThat(Revision.read(with, "").network()).isEqualTo("inner");
        assertThat(Revision.read(with, "told").network()).isEqualTo("told");
        assertThat(Revision.read(with, "").plugins()).containsExactly("router");
    }

    private static String definition(String config) {
        return """
        {"kind": "NetworkAttachmentDefinition", "metadata": {"name": "nad"},
         "spec": {"config": "%s"}}
        """
                .formatted(config.replace("'", "\\\""));
    }

    @Test
    void refusesWhatIsNoConfigurationOfANetwork() {
        assertRefused("[]", "", "");
        assertRefused("{'type': 'router'}", "", "'name'");
        assertRefused("{'name': 'a/b', 'type': 'router'}", "", "a/b");
        assertRefused("{'type': 'router'}", "../x", "../x");
        assertRefused("{'name': 'blue'}", "", "'type'");
        assertRefused("{'name': 'blue', 'plugins': {}}", "", "'plugins'");
        assertRefused("{'name': 'blue', 'plugins': [1]}", "", "plugins[0].type");
        assertRefused("{'kind': 'Net', 'spec': {}}", "", "spec.config");
    }
}
