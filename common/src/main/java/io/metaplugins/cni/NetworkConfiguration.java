package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.net.InterfaceName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every plugin's configuration holds (SPEC.md section 3 "Deriving request configuration").
 *
 * @param document the whole, with the plugin's own keys
 * @param prevResult null for the first of a chain
 * @param validAttachments of GC
 * @param warnings what is wrong but does not keep the verb from being carried out
 */
record NetworkConfiguration(
        ObjectNode document,
        CniVersion version,
        String name,
        String type,
        @Nullable Result prevResult,
        List<Attachment> validAttachments,
        List<String> warnings) {

    /** As SPEC.md has it, and as libcni called it before and still sends it. */
    private static final String VALID_ATTACHMENTS = "cni.dev/valid-attachments";

    private static final String LEGACY_ATTACHMENTS = "cni.dev/attachments";

    /**
     * Reads a configuration for a verb.
     *
     * @throws CniException naming all that is wrong
     */
    static NetworkConfiguration read(ObjectNode document, Verb verb) {
        CniVersion version = versionOf(document);
        if (!version.isAtLeast(verb.since())) {
            throw new CniException(
                    ErrorCode.INCOMPATIBLE_VERSION,
                    "cniVersion '"
                            + version
                            + "' does not allow "
                            + verb
                            + ": want "
                            + verb.since()
                            + " or newer");
        }
        ConfigReader reader = ConfigReader.of(document);
        String name = name(reader.key("name"));
        String type = reader.key("type").text("");
        List<Attachment> valid = verb == Verb.GC ? validAttachments(document, reader) : List.of();
        if (!reader.valueProblems().isEmpty()) {
            throw new CniException(
                    ErrorCode.INVALID_NETWORK_CONFIG, ConfigReader.textOf(reader.valueProblems()));
        }
        List<String> warnings = new ArrayList<>();
        Result prevResult =
                verb.isAboutAttachment() ? prevResult(document, version, verb, warnings) : null;
        return new NetworkConfiguration(
                document, version, name, type, prevResult, valid, List.copyOf(warnings));
    }

    /**
     * The version that a configuration is written in.
     *
     * @throws CniException if it is no text, or a version that we do not speak
     */
    static CniVersion versionOf(ObjectNode document) {
        JsonNode version = document.get("cniVersion");
        if (version == null || version.isNull()) {
            return CniVersion.V0_1_0;
        }
        if (!version.isTextual()) {
            throw new CniException(
                    ErrorCode.DECODING_FAILURE,
                    "key 'cniVersion': value "
                            + ConfigReader.shown(version)
                            + " is not allowed: want one of "
                            + CniVersion.allOf(", "));
        }
        return CniVersion.parse(version.textValue());
    }

    private static String name(ConfigKey key) {
        String name = key.text("");
        if (!Names.isValid(name) && (!key.isPresent() || key.isText())) {
            key.refuse("the network's name: " + Names.WANTED);
        }
        return name;
    }

    private static @Nullable Result prevResult(
            ObjectNode document, CniVersion version, Verb verb, List<String> warnings) {
        JsonNode node = document.get("prevResult");
        if (node == null || node.isNull() || (node.isObject() && node.isEmpty())) {
            return null;
        }
        try {
            if (node instanceof ObjectNode object) {
                return ResultReader.read(object, "prevResult", version);
            }
            throw new CniException(
                    ErrorCode.DECODING_FAILURE,
                    "key 'prevResult': value "
                            + ConfigReader.shown(node)
                            + " is not allowed: want an object");
        } catch (CniException e) {
            if (!verb.isBestEffort()) {
                throw e;
            }
            warnings.add(e.details());
            return null;
        }
    }

    /**
     * The attachments to spare. Without the key we would remove what every pod of the network
     * needs, so it must be there, though libcni writes {@code null} for an empty list.
     */
    private static List<Attachment> validAttachments(ObjectNode document, ConfigReader reader) {
        String name = document.has(VALID_ATTACHMENTS) ? VALID_ATTACHMENTS : LEGACY_ATTACHMENTS;
        if (!document.has(name)) {
            reader.key(VALID_ATTACHMENTS).refuse("the list of attachments that still exist");
        }
        List<Attachment> attachments = new ArrayList<>();
        for (ConfigReader each : reader.key(name).objects()) {
            ConfigKey id = each.key("containerID");
            ConfigKey ifName = each.key("ifname");
            if (!Names.isValid(id.text(""))) {
                id.refuse(Names.WANTED);
            } else if (!ifName.isPresent()) {
                ifName.refuse("an interface's name");
            } else {
                InterfaceName parsed = ifName.parsed(InterfaceName::new, "an interface's name");
                if (parsed != null) {
                    attachments.add(new Attachment(id.text(""), parsed));
                }
            }
        }
        return attachments;
    }
}
