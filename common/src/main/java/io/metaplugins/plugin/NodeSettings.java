package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ConfigKey;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Defaults;
import io.metaplugins.cni.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node's administrator says once for all pods, in one JSON object.
 *
 * @param defaults of the keys that an attachment's configuration leaves out: {@code
 *     overlay_hijack_subnet}, {@code service_hijack_subnet} and {@code additional_hijack_subnet},
 *     which are the same for all networks of a cluster
 * @param repair {@code repair}: what the agent does about what others changed; null if not said
 * @param fullPass {@code full_pass}: from one look of the agent at everything to the next; null if
 *     not said
 * @param grace {@code grace}: how long a pod is gone before the agent takes apart what belonged to
 *     it; null if not said
 */
public record NodeSettings(
        Defaults defaults,
        @Nullable RepairMode repair,
        @Nullable Duration fullPass,
        @Nullable Duration grace) {

    public static final NodeSettings NONE = new NodeSettings(Defaults.NONE, null, null, null);

    /** Where they are if nothing else is said. */
    public static final Path DEFAULT_FILE = Path.of("/etc/meta-plugins/settings.json");

    /** The environment variable that names another file. */
    public static final String VARIABLE = "META_PLUGINS_SETTINGS";

    public static final Duration LEAST = Duration.ofSeconds(1);
    public static final Duration MOST = Duration.ofHours(1);

    private static final Map<String, RepairMode> MODES =
            Map.of("off", RepairMode.OFF, "log", RepairMode.LOG, "on", RepairMode.ON);

    /** The file that an environment names, or the one where they are by default. */
    public static Path file(Map<String, String> environment) {
        String told = environment.getOrDefault(VARIABLE, "");
        return told.isEmpty() ? DEFAULT_FILE : Path.of(told);
    }

    /**
     * Reads a file; where there is none, nothing is said.
     *
     * @throws CniException with {@link ErrorCode#INVALID_NETWORK_CONFIG} naming the file, and each
     *     key and value that is wrong; with {@link ErrorCode#IO_FAILURE} if it cannot be read
     */
    public static NodeSettings read(Path file) {
        try {
            return read(Files.readAllBytes(file), file);
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException e) {
            throw new CniException(ErrorCode.IO_FAILURE, "cannot read " + file + ": " + e, e);
        }
    }

    private static NodeSettings read(byte[] document, Path file) {
        ConfigReader reader;
        try {
            reader = ConfigReader.parseOwn(document);
        } catch (CniException e) {
            throw new CniException(ErrorCode.INVALID_NETWORK_CONFIG, file + ": " + e.details(), e);
        }
        ConfigKey overlay = NicKeys.overlaySubnets(reader);
        ConfigKey service = NicKeys.serviceSubnets(reader);
        ConfigKey additional = NicKeys.additionalSubnets(reader);
        NicKeys.subnets(overlay);
        NicKeys.subnets(service);
        NicKeys.subnets(additional);
        ConfigKey repair = reader.key("repair");
        NodeSettings settings =
                new NodeSettings(
                        Defaults.NONE
                                .with(NicKeys.OVERLAY_SUBNETS, overlay)
                                .with(NicKeys.SERVICE_SUBNETS, service)
                                .with(NicKeys.ADDITIONAL_SUBNETS, additional),
                        repair.isPresent() ? repair.oneOf(MODES, RepairMode.ON) : null,
                        time(reader.key("full_pass")),
                        time(reader.key("grace")));
        reader.finishStrictly(file.toString());
        return settings;
    }

    private static @Nullable Duration time(ConfigKey key) {
        return key.isPresent() ? key.duration(LEAST, MOST, LEAST) : null;
    }
}
