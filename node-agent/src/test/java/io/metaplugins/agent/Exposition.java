package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text format of Prometheus, version 0.0.4, read with nothing but its description in hand.
 *
 * @param samples by the line without its value: {@code name{label="value"}}
 * @param families the type of each
 */
record Exposition(Map<String, Double> samples, Map<String, String> families) {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "(([a-zA-Z_:][a-zA-Z0-9_:]*)"
                            + "(?:\\{([a-z_]+=\"(?:[^\"\\\\\n]|\\\\.)*\"(?:,[a-z_]+=\"[^\"\n]*\")*,?)})?)"
                            + " (-?[0-9.]+(?:E-?[0-9]+)?|\\+Inf|NaN)");
    private static final Pattern BOUND = Pattern.compile("le=\"([^\"]+)\"");

    /** Reads a text, and demands of it what each of its readers may. */
    static Exposition read(String text) {
        assertThat(text).endsWith("\n");
        Map<String, Double> samples = new LinkedHashMap<>();
        Map<String, String> families = new HashMap<>();
        Set<String> helped = new HashSet<>();
        for (String line : text.lines().toList()) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                assertThat(helped.add(help.group(1))).as(line).isTrue();
            } else if (type.matches()) {
                assertThat(families.put(type.group(1), type.group(2))).as(line).isNull();
            } else {
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(families).as(line).containsKey(family(sample.group(2), families));
                double value = Double.parseDouble(sample.group(4).replace("+Inf", "Infinity"));
                assertThat(samples.put(sample.group(1), value)).as(line).isNull();
            }
        }
        assertThat(helped).isEqualTo(families.keySet());
        // https://prometheus.io/docs/practices/naming/
        families.forEach((name, type) -> {
            assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter"));
            assertThat(name).doesNotContainPattern("_(milli|micro|nano)|_ms|_kb|_percent");
            assertThat(!type.equals("histogram") || name.endsWith("_seconds")).as(name).isTrue();
        });
        Exposition exposition = new Exposition(samples, families);
        exposition.histogramsAreCumulative();
        return exposition;
    }

    private static String family(String name, Map<String, String> families) {
        String stem = name.replaceFirst("_(bucket|sum|count)$", "");
        return "histogram".equals(families.get(stem)) ? stem : name;
    }

    private void histogramsAreCumulative() {
        Map<String, TreeMap<Double, Double>> histograms = new HashMap<>();
        samples.forEach((name, value) -> {
            Matcher bound = BOUND.matcher(name);
            if (bound.find()) {
                String series =
                        bound.replaceFirst("")
                                .replace(",}", "}")
                                .replace("{}", "")
                                .replace("_bucket", "_count");
                double limit = Double.parseDouble(bound.group(1).replace("+Inf", "Infinity"));
                histograms.computeIfAbsent(series, _ -> new TreeMap<>()).put(limit, value);
            }
        });
        assertThat(histograms).isNotEmpty();
        histograms.forEach((series, buckets) -> {
            assertThat(List.copyOf(buckets.values())).as(series).isSorted();
            assertThat(buckets.lastKey()).as(series).isInfinite();
            assertThat(buckets.lastEntry().getValue()).as(series).isEqualTo(samples.get(series));
        });
    }

    double value(String series) {
        return samples.entrySet().stream()
                .filter(sample -> sample.getKey().equals(series))
                .findAny()
                .orElseThrow(() -> new AssertionError(series + " is not among " + samples.keySet()))
                .getValue();
    }

    /** The names by which a query can ask for something. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        samples.keySet().forEach(series -> names.add(series.replaceFirst("\\{.*", "")));
        return names;
    }
}
