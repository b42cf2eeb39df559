package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.log.LogOptions;
import io.metaplugins.log.Logging;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** One request of a runtime and its answer: at most one JSON document on standard output. */
final class Exchange {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final long NANOSECONDS_OF_MICROSECOND = 1_000;

    private final Plugin plugin;
    private final Meter meter;
    private final Map<String, String> environment;
    private final InputStream in;

    /** What is known of these before the input is read, and if it cannot be. */
    private CniVersion version = CniVersion.latest();

    private LogOptions logOptions;

    private final @Nullable Path logDirectory;
    private @Nullable Path refusedLog;

    private String verb = "";
    private int code;
    private boolean failed;

    Exchange(
            Plugin plugin,
            Meter meter,
            LogOptions logDefaults,
            @Nullable Path logDirectory,
            Map<String, String> environment,
            InputStream in) {
        this.plugin = plugin;
        this.meter = meter;
        this.logOptions = logDefaults;
        this.logDirectory = logDirectory;
        this.environment = environment;
        this.in = in;
    }

    /** Gives the exit status. */
    int run(PrintStream out, PrintStream err) {
        long start = System.nanoTime();
        String answer;
        try {
            answer =
                    variable(Verb.COMMAND).equals(Verb.VERSION.name())
                            ? versions()
                            : answer(start, err);
        } catch (Throwable e) {
            err.println(plugin.name() + ": " + e);
            answer = internalError(e);
            failed = true;
        }
        boolean written = write(answer, out, err);
        meter.answered(plugin.name(), verb, code, System.nanoTime() - start);
        return written && !failed ? SUCCESS : FAILURE;
    }

    private String answer(long start, PrintStream err) {
        Decoded decoded = decode();
        String parent = variable(TraceContext.VARIABLE);
        Optional<TraceContext> trace = TraceContext.of(parent);
        try (Logging logging = Logging.open(logOptions, label(trace))) {
            Logger log = LogManager.getLogger(PluginMain.class);
            if (trace.isEmpty() && !parent.isEmpty()) {
                log.warn(TraceContext.VARIABLE + "='" + parent + "': " + TraceContext.WANTED);
            }
            if (refusedLog != null) {
                log.warn("log_file={}: the agent logs below {} alone", refusedLog, logDirectory);
            }
            String answer;
            try {
                answer = carryOut(start, decoded, log);
                log.info("done in " + microsecondsSince(start) + " us");
            } catch (Throwable e) {
                failed = true;
                answer = describe(e, log);
            }
            logging.problem().ifPresent(err::println);
            return answer;
        }
    }

    private record Decoded(@Nullable ObjectNode document, @Nullable CniException failure) {}

    private Decoded decode() {
        try {
            ObjectNode document = Input.read(in);
            logOptions = confined(LogKeys.read(ConfigReader.of(document), logOptions));
            version = NetworkConfiguration.versionOf(document);
            return new Decoded(document, null);
        } catch (CniException e) {
            return new Decoded(null, e);
        }
    }

    private LogOptions confined(LogOptions wished) {
        if (logDirectory == null || wished.file().normalize().startsWith(logDirectory)) {
            return wished;
        }
        refusedLog = wished.file();
        return wished.withFile(logOptions.file());
    }

    /** What each line of the log says of the request, right or wrong. */
    private String label(Optional<TraceContext> trace) {
        StringBuilder label = new StringBuilder(variable(Verb.COMMAND));
        CniArgs args = CniArgs.parse(variable("CNI_ARGS"), new ArrayList<>());
        label.append(' ').append(variable(Verb.CONTAINER_ID));
        label.append(' ').append(variable(Verb.IF_NAME));
        args.podName()
                .ifPresent(pod ->
                        label.append(' ')
                                .append(args.podNamespace().orElse(""))
                                .append('/')
                                .append(pod));
        trace.ifPresent(each ->
                label.append(" trace=").append(each.trace()).append(" span=").append(each.span()));
        return label.toString();
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** If both the variables and the input are wrong, the variables are what is told. */
    private String carryOut(long start, Decoded decoded, Logger log) {
        Verb asked = Verb.parse(variable(Verb.COMMAND));
        verb = asked.name();
        Parameters parameters = Parameters.read(asked, environment);
        if (decoded.failure != null) {
            throw decoded.failure;
        }
        ObjectNode document = Objects.requireNonNull(decoded.document);
        Request request = Request.of(parameters, document);
        meter.took(Meter.Step.PARSE, System.nanoTime() - start);
        for (String warning : request.warnings()) {
            log.warn(warning);
        }
        switch (request.verb()) {
            case ADD -> {
                return plugin.add(request).toJson(version);
            }
            case DEL -> plugin.delete(request);
            case CHECK -> plugin.check(request);
            case STATUS -> plugin.status(request);
            case GC -> plugin.collectGarbage(request);
            case VERSION -> throw new IllegalStateException("VERSION has no request");
        }
        return "";
    }

    private String describe(Throwable failure, Logger log) {
        if (failure instanceof CniException e) {
            code = e.code();
            log.error("code " + e.code() + ": " + e.getMessage(), e.getCause());
            return e.toJson(version);
        }
        log.error("internal error: " + failure, failure);
        return internalError(failure);
    }

    private String internalError(Throwable failure) {
        code = ErrorCode.INTERNAL.number();
        return new CniException(ErrorCode.INTERNAL, failure.toString()).toJson(version);
    }

    /**
     * SPEC.md section 5 "VERSION Success". Nobody's standard input is waited for, since a person
     * who tries the plugin by hand gives none.
     */
    private String versions() {
        verb = Verb.VERSION.name();
        ObjectNode answer = Json.emptyObject();
        try {
            version = NetworkConfiguration.versionOf(Input.readAvailable(in));
        } catch (CniException e) {
            version = CniVersion.latest();
        }
        answer.put("cniVersion", version.toString());
        ArrayNode supported = answer.putArray("supportedVersions");
        for (CniVersion each : CniVersion.values()) {
            supported.add(each.toString());
        }
        return Json.write(answer);
    }

    private static long microsecondsSince(long start) {
        return (System.nanoTime() - start) / NANOSECONDS_OF_MICROSECOND;
    }

    private static boolean write(String answer, PrintStream out, PrintStream err) {
        if (answer.isEmpty()) {
            return true;
        }
        byte[] bytes = (answer + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        out.flush();
        if (out.checkError()) {
            err.println("cannot write to standard output: " + answer);
            return false;
        }
        return true;
    }
}
