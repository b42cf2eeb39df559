package io.metaplugins.e2e;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The section {@code [Service]} of a unit, and as much of what systemd makes of it as can be had
 * without systemd being the first process (systemd.exec(5)).
 *
 * @param settings all that is assigned to each key
 */
record ServiceUnit(Map<String, List<String>> settings) {
    /**
     * What tells systemd when to start, stop and count it, and what needs systemd's own cgroups.
     */
    private static final Set<String> OF_THE_MANAGER =
            Set.of(
                    "Type",
                    "ExecStart",
                    "SuccessExitStatus",
                    "Restart",
                    "RestartSec",
                    "TimeoutStartSec",
                    "TimeoutStopSec",
                    "OOMScoreAdjust",
                    "MemoryMax",
                    "TasksMax",
                    "RuntimeDirectoryPreserve",
                    "DevicePolicy");

    /** Filters of a few calls, for which nothing in the agent has a use. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "LockPersonality",
                    "RestrictRealtime",
                    "RestrictSUIDSGID",
                    "SystemCallArchitectures",
                    "SystemCallErrorNumber",
                    "KeyringMode");

    private static final Set<String> DONE =
            Set.of(
                    "RuntimeDirectory",
                    "RuntimeDirectoryMode",
                    "LogsDirectory",
                    "CapabilityBoundingSet",
                    "NoNewPrivileges",
                    "ProtectSystem",
                    "ProtectHome",
                    "PrivateTmp",
                    "ReadWritePaths",
                    "RestrictAddressFamilies",
                    "RestrictNamespaces",
                    "SystemCallFilter",
                    "LimitNOFILE",
                    "UMask");

    /**
     * {@code ProtectSystem=strict}, {@code ProtectHome} and {@code PrivateTmp}: all mounts that are
     * there become read-only, but those of the kernel; those to come are followed.
     */
    private static final String MOUNTS =
            """
            writable=$1
            shift
            for each in $writable; do mount --bind "$each" "$each"; done
            mount -t tmpfs tmp /tmp
            mount -t tmpfs tmp /var/tmp
            for each in /home /root /run/user; do
                [ ! -d "$each" ] || mount -t tmpfs -o ro,mode=0 none "$each"
            done
            while read -r _ _ _ _ mount _; do
                case " $writable /tmp /var/tmp /home /root /run/user " in *" $mount "*) continue ;; esac
                case $mount in /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) continue ;; esac
                mount -o remount,bind,ro "$(printf "%b" "$mount")"
            done </proc/self/mountinfo
            cd /
            exec "$@"
            """;

    static ServiceUnit read(Path file) {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        try {
            String section = "";
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (line.startsWith("[")) {
                    section = line;
                } else if (section.equals("[Service]") && !line.startsWith("#") && equals > 0) {
                    settings.computeIfAbsent(line.substring(0, equals), _ -> new ArrayList<>())
                            .add(line.substring(equals + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ServiceUnit(settings);
    }

    /** The keys of which nobody here knows what systemd would do. */
    Set<String> unknown() {
        Set<String> unknown = new LinkedHashSet<>(settings.keySet());
        unknown.removeAll(OF_THE_MANAGER);
        unknown.removeAll(WITHOUT_EFFECT);
        unknown.removeAll(DONE);
        return unknown;
    }

    String value(String key) {
        List<String> values = settings.getOrDefault(key, List.of());
        if (values.size() != 1) {
            throw new AssertionError(key + ": " + values);
        }
        return values.getFirst();
    }

    /** What systemd would make before it starts the service. */
    String directories() {
        return "mkdir -p -m %s /run/%s; mkdir -p /var/log/%s"
                .formatted(
                        value("RuntimeDirectoryMode"),
                        value("RuntimeDirectory"),
                        value("LogsDirectory"));
    }

    private String writable() {
        return "/run/%s /var/log/%s %s"
                .formatted(
                        value("RuntimeDirectory"),
                        value("LogsDirectory"),
                        value("ReadWritePaths").replaceAll("(^| )-", "$1"));
    }

    /** Capabilities by the names of {@code setpriv}. */
    private String bounding() {
        StringBuilder set = new StringBuilder("-all");
        for (String name : value("CapabilityBoundingSet").split(" ", -1)) {
            set.append(",+").append(name.substring("CAP_".length()).toLowerCase(Locale.ROOT));
        }
        return set.toString();
    }

    /**
     * What stands before the command that is to be confined.
     *
     * @param confine the program of confine.c
     */
    List<String> around(String confine) {
        return List.of(
                "unshare",
                "--mount",
                "--propagation",
                "slave",
                "sh",
                "-euc",
                "umask %s; ulimit -n %s\n%s"
                        .formatted(value("UMask"), value("LimitNOFILE"), MOUNTS),
                "sh",
                writable(),
                "env",
                "-i",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
                "LANG=C.UTF-8",
                "setpriv",
                "--no-new-privs",
                "--bounding-set",
                bounding(),
                confine,
                value("RestrictAddressFamilies"));
    }

    /** Makes the program that filters system calls. */
    void buildConfine(Path program) {
        try {
            Path directory = Files.createTempDirectory("confine");
            Path header = Files.writeString(directory.resolve("allowed.h"), allowed());
            Shell.run(
                    "gcc",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    "-I",
                    directory.toString(),
                    "-o",
                    program.toString(),
                    "src/test/c/confine.c");
            Files.delete(header);
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String allowed() {
        Set<String> calls = new LinkedHashSet<>(calls("@default"));
        for (String sets : settings.getOrDefault("SystemCallFilter", List.of())) {
            boolean taken = sets.startsWith("~");
            for (String set : (taken ? sets.substring(1) : sets).split(" ", -1)) {
                if (taken) {
                    calls.removeAll(calls(set));
                } else {
                    calls.addAll(calls(set));
                }
            }
        }
        StringBuilder header = new StringBuilder();
        for (String call : calls) {
            header.append("#ifdef SYS_%1$s\nSYS_%1$s,\n#endif\n".formatted(call));
        }
        return header.toString();
    }

    private static Set<String> calls(String set) {
        if (!set.startsWith("@")) {
            return Set.of(set);
        }
        Set<String> calls = new LinkedHashSet<>();
        Shell.run("systemd-analyze", "syscall-filter", "--no-pager", set)
                .lines()
                .skip(1)
                .map(String::strip)
                .filter(each -> !each.isEmpty() && !each.startsWith("#"))
                .forEach(each -> calls.addAll(calls(each)));
        return calls;
    }
}
