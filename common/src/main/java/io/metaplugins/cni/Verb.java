package io.metaplugins.cni;

import java.util.List;

/** What a runtime asks for by {@code CNI_COMMAND} (SPEC.md section 2 "CNI operations"). */
public enum Verb {
    ADD(CniVersion.V0_1_0),
    DEL(CniVersion.V0_1_0),
    CHECK(CniVersion.V0_4_0),
    STATUS(CniVersion.V1_1_0),
    GC(CniVersion.V1_1_0),
    VERSION(CniVersion.V0_1_0);

    static final String COMMAND = "CNI_COMMAND";
    static final String CONTAINER_ID = "CNI_CONTAINERID";
    static final String NETNS = "CNI_NETNS";
    static final String IF_NAME = "CNI_IFNAME";
    static final String PATH = "CNI_PATH";

    private final CniVersion since;

    Verb(CniVersion since) {
        this.since = since;
    }

    /**
     * The verb of that name.
     *
     * @throws CniException with {@link ErrorCode#INVALID_ENVIRONMENT} if there is none
     */
    static Verb parse(String command) {
        for (Verb verb : values()) {
            if (verb.name().equals(command)) {
                return verb;
            }
        }
        throw new CniException(
                ErrorCode.INVALID_ENVIRONMENT,
                COMMAND + "='" + command + "': want ADD, DEL, CHECK, STATUS, GC or VERSION");
    }

    /** The oldest version in which a configuration allows the verb. */
    public CniVersion since() {
        return since;
    }

    /**
     * The environment variables, besides {@code CNI_COMMAND}, without which the verb is refused.
     * SPEC.md does not ask for {@code CNI_PATH} where nothing is delegated, so neither do we.
     */
    List<String> requiredVariables() {
        return switch (this) {
            case ADD, CHECK -> List.of(CONTAINER_ID, NETNS, IF_NAME);
            case DEL -> List.of(CONTAINER_ID, IF_NAME);
            case GC -> List.of(PATH);
            case STATUS, VERSION -> List.of();
        };
    }

    /** Whether the verb is about one interface of one container. */
    boolean isAboutAttachment() {
        return requiredVariables().contains(CONTAINER_ID);
    }

    /**
     * Whether to carry on with what is left of a bad request: an attachment that cannot be removed
     * keeps its pod from ending (SPEC.md section 2, DEL).
     */
    boolean isBestEffort() {
        return this == DEL || this == GC;
    }
}
