package io.metaplugins.cni;

import java.util.Set;

/** The keys that SPEC.md section 1 gives a meaning in every plugin's configuration. */
final class WellKnownKeys {
    static final Set<String> ALL =
            Set.of(
                    "cniVersion",
                    "cniVersions",
                    "name",
                    "type",
                    "disableCheck",
                    "disableGC",
                    "loadOnlyInlinedPlugins",
                    "capabilities",
                    "runtimeConfig",
                    "args",
                    "prevResult",
                    "ipMasq",
                    "ipam",
                    "dns");

    private static final String RESERVED_PREFIX = "cni.dev/";

    private WellKnownKeys() {}

    /** Whether the runtime alone writes keys of that name. */
    static boolean isReserved(String key) {
        return key.startsWith(RESERVED_PREFIX);
    }
}
