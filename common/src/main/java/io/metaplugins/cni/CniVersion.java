package io.metaplugins.cni;

/** A version of the specification, oldest first, which all plugins here speak. */
public enum CniVersion {
    V0_1_0("0.1.0"),
    V0_2_0("0.2.0"),
    /** The first with {@code interfaces} and {@code ips} in a result, and with chains. */
    V0_3_0("0.3.0"),
    V0_3_1("0.3.1"),
    /** The first with CHECK. */
    V0_4_0("0.4.0"),
    /** The first without {@code version} in an address. */
    V1_0_0("1.0.0"),
    /** The first with GC and STATUS. */
    V1_1_0("1.1.0");

    private final String text;

    CniVersion(String text) {
        this.text = text;
    }

    /** The newest, in which we think. */
    public static CniVersion latest() {
        return V1_1_0;
    }

    /**
     * The version of that text. No text at all means 0.1.0, whose configurations have no {@code
     * cniVersion}.
     *
     * @throws CniException with {@link ErrorCode#INCOMPATIBLE_VERSION} if we do not speak it
     */
    public static CniVersion parse(String text) {
        if (text.isEmpty()) {
            return V0_1_0;
        }
        for (CniVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new CniException(
                ErrorCode.INCOMPATIBLE_VERSION,
                "cniVersion '" + text + "' is not one of " + allOf(", "));
    }

    /** Every version, oldest first. */
    public static String allOf(String separator) {
        StringBuilder all = new StringBuilder();
        for (CniVersion version : values()) {
            all.append(all.isEmpty() ? "" : separator).append(version.text);
        }
        return all.toString();
    }

    public boolean isAtLeast(CniVersion other) {
        return compareTo(other) >= 0;
    }

    /** As it stands in {@code cniVersion}. */
    @Override
    public String toString() {
        return text;
    }
}
