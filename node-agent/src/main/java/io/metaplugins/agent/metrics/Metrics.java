package io.metaplugins.agent.metrics;

import io.metaplugins.cni.Meter;
import io.metaplugins.net.IpFamily;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What is counted as it happens, and what is looked up when somebody asks. A series costs memory
 * for good, so labels have few values: none comes from a pod.
 */
public final class Metrics implements Meter {
    private static final Logger log = LogManager.getLogger(Metrics.class);

    /** Seconds. What is served from memory takes less than a millisecond, a conflict check more. */
    private static final double[] BOUNDS = {
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 1
    };

    private static final double NANOSECONDS = 1e9;
    private static final String OK = "ok";
    private static final String OTHER = "other";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter requests =
            Counter.builder()
                    .name("meta_plugins_requests_total")
                    .help("Requests of runtimes; result is ok, or the code of the CNI error.")
                    .labelNames("plugin", "verb", "result")
                    .withoutExemplars()
                    .register(registry);
    private final Histogram durations =
            histogram(
                    "meta_plugins_request_duration_seconds",
                    "Time from a request's reading to its answer.",
                    "plugin",
                    "verb",
                    "result");
    private final Histogram stepDurations =
            histogram(
                    "meta_plugins_step_duration_seconds",
                    "Time of a request's parts: parse, observe, plan, apply, ledger.",
                    "step");
    private final Counter conflicts =
            Counter.builder()
                    .name("meta_plugins_address_conflicts_total")
                    .help("ADDs that failed since another host has the pod's address.")
                    .labelNames("family")
                    .withoutExemplars()
                    .register(registry);
    private final Map<Step, DistributionDataPoint> steps = new EnumMap<>(Step.class);

    /** Starts with nothing counted. */
    public Metrics() {
        for (Step step : Step.values()) {
            steps.put(step, stepDurations.labelValues(step.name().toLowerCase(Locale.ROOT)));
        }
        for (IpFamily family : IpFamily.values()) {
            conflicts.initLabelValues(name(family));
        }
    }

    private Histogram histogram(String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .withoutExemplars()
                .register(registry);
    }

    /** The value of the label {@code family}. */
    public static String name(IpFamily family) {
        return switch (family) {
            case IPV4 -> "ipv4";
            case IPV6 -> "ipv6";
        };
    }

    @Override
    public void took(Step step, long nanoseconds) {
        Objects.requireNonNull(steps.get(step)).observe(nanoseconds / NANOSECONDS);
    }

    @Override
    public void answered(String plugin, String verb, int code, long nanoseconds) {
        String[] labels = {
            plugin, verb.isEmpty() ? OTHER : verb, code == 0 ? OK : Integer.toString(code)
        };
        requests.labelValues(labels).inc();
        durations.labelValues(labels).observe(nanoseconds / NANOSECONDS);
    }

    @Override
    public void conflict(IpFamily family) {
        conflicts.labelValues(name(family)).inc();
    }

    /**
     * A figure with the values of its labels.
     *
     * @param labels as many as the metric has
     */
    public record Sample(double value, List<String> labels) {
        /** Of a metric without labels. */
        public static Sample of(double value) {
            return new Sample(value, List.of());
        }
    }

    /** Has something looked up whenever somebody asks. */
    public void gauge(
            String name, String help, List<String> labels, Supplier<List<Sample>> samples) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> look(name, samples, callback::call))
                .register(registry);
    }

    /** As {@link #gauge}, of what only grows. */
    public void counter(
            String name, String help, List<String> labels, Supplier<List<Sample>> samples) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> look(name, samples, callback::call))
                .register(registry);
    }

    private interface Taker {
        void take(double value, String... labels);
    }

    /** What cannot be looked up must not keep the rest from being told. */
    private static void look(String name, Supplier<List<Sample>> samples, Taker taker) {
        List<Sample> found;
        try {
            found = samples.get();
        } catch (RuntimeException e) {
            log.debug("{}: {}", name, e.getMessage());
            return;
        }
        for (Sample sample : found) {
            taker.take(sample.value(), sample.labels().toArray(String[]::new));
        }
    }

    /** All of it, in the text format of Prometheus. */
    public String text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The value of {@code Content-Type} for {@link #text}. */
    public static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }
}
