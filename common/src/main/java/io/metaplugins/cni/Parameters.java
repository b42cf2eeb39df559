package io.metaplugins.cni;

import io.metaplugins.net.InterfaceName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime passes in environment variables (SPEC.md section 2 "Parameters").
 *
 * @param attachment null for verbs that are about no single one
 * @param netns {@code CNI_NETNS}; null where the verb does without and it is absent
 * @param path {@code CNI_PATH}: directories with plugins, between colons; may be empty
 * @param netnsOverride {@code CNI_NETNS_OVERRIDE}: the container may be in our own namespace
 * @param warnings what is wrong but does not keep the verb from being carried out
 */
record Parameters(
        Verb verb,
        @Nullable Attachment attachment,
        @Nullable Path netns,
        String path,
        CniArgs args,
        boolean netnsOverride,
        List<String> warnings) {

    /**
     * Reads the variables that the verb looks at.
     *
     * @throws CniException with {@link ErrorCode#INVALID_ENVIRONMENT} naming all that are missing
     *     or invalid
     */
    static Parameters read(Verb verb, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        List<String> warnings = verb.isBestEffort() ? new ArrayList<>() : problems;
        List<String> missing =
                verb.requiredVariables().stream()
                        .filter(variable -> value(environment, variable).isEmpty())
                        .toList();
        if (!missing.isEmpty()) {
            problems.add(String.join(", ", missing) + " missing");
        }
        Attachment attachment = verb.isAboutAttachment() ? attachment(environment, problems) : null;
        Path netns = netns(value(environment, Verb.NETNS), warnings);
        CniArgs args = CniArgs.parse(value(environment, "CNI_ARGS"), warnings);
        if (!problems.isEmpty()) {
            throw new CniException(ErrorCode.INVALID_ENVIRONMENT, String.join("; ", problems));
        }
        return new Parameters(
                verb,
                attachment,
                netns,
                value(environment, Verb.PATH),
                args,
                isTrue(value(environment, "CNI_NETNS_OVERRIDE")),
                List.copyOf(warnings));
    }

    private static String value(Map<String, String> environment, String variable) {
        return environment.getOrDefault(variable, "");
    }

    private static boolean isTrue(String text) {
        return text.equals("1") || text.equalsIgnoreCase("true");
    }

    private static @Nullable Attachment attachment(
            Map<String, String> environment, List<String> problems) {
        String containerId = value(environment, Verb.CONTAINER_ID);
        String ifName = value(environment, Verb.IF_NAME);
        boolean validId = Names.isValid(containerId);
        if (!validId && !containerId.isEmpty()) {
            problems.add(Verb.CONTAINER_ID + "='" + containerId + "': want " + Names.WANTED);
        }
        try {
            InterfaceName name = ifName.isEmpty() ? null : new InterfaceName(ifName);
            return validId && name != null ? new Attachment(containerId, name) : null;
        } catch (IllegalArgumentException e) {
            problems.add(Verb.IF_NAME + ": " + e.getMessage());
            return null;
        }
    }

    private static @Nullable Path netns(String text, List<String> problems) {
        try {
            return text.isEmpty() ? null : Path.of(text);
        } catch (InvalidPathException e) {
            problems.add(Verb.NETNS + "='" + text + "': " + e.getReason());
            return null;
        }
    }
}
