package io.metaplugins.agent;

import io.metaplugins.plugin.RepairMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line of an agent. Each method throws {@link IllegalArgumentException} for a wrong
 * value.
 */
record StartOptions(Map<StartOption, String> values) {

    /**
     * Reads options, each with its value as the next word, or behind an equals sign.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static StartOptions read(List<String> words) {
        Map<StartOption, String> values = new EnumMap<>(StartOption.class);
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            int sign = word.startsWith("--") ? word.indexOf('=') : -1;
            StartOption option = StartOption.of(sign < 0 ? word : word.substring(0, sign));
            if (sign < 0 && !rest.hasNext()) {
                throw new IllegalArgumentException(option + " has no value");
            }
            String value = sign < 0 ? rest.next() : word.substring(sign + 1);
            if (values.put(option, value) != null) {
                throw new IllegalArgumentException(option + " is said twice");
            }
        }
        return new StartOptions(values);
    }

    String text(StartOption option) {
        return values.getOrDefault(option, "");
    }

    Path path(StartOption option, Path otherwise) {
        String value = values.get(option);
        if (value == null) {
            return otherwise;
        }
        if (value.isEmpty()) {
            throw wrong(option, value, "a path");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw wrong(option, value, "a path");
        }
    }

    int number(StartOption option, int most, int otherwise) {
        String value = values.get(option);
        return value == null ? otherwise : number(option, value, most);
    }

    private static int number(StartOption option, String value, int most) {
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            number = 0;
        }
        if (number < 1 || number > most) {
            throw wrong(option, value, "1 to " + most);
        }
        return number;
    }

    @Nullable Duration seconds(StartOption option, int most) {
        String value = values.get(option);
        return value == null ? null : Duration.ofSeconds(number(option, value, most));
    }

    @Nullable RepairMode repair(StartOption option) {
        String value = values.get(option);
        return switch (value) {
            case null -> null;
            case "off" -> RepairMode.OFF;
            case "log" -> RepairMode.LOG;
            case "on" -> RepairMode.ON;
            default -> throw wrong(option, value, "off, log or on");
        };
    }

    static IllegalArgumentException wrong(StartOption option, String value, String wanted) {
        return new IllegalArgumentException(option + " '" + value + "': want " + wanted);
    }
}
