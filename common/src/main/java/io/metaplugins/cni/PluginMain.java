package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.log.LogOptions;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The protocol around a plugin, as a value: one execution with its environment, streams and exit
 * status (SPEC.md section 2). For each verb exactly one JSON document is written, or none.
 */
public final class PluginMain {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    private final Plugin plugin;
    private final LogOptions logDefaults;

    public PluginMain(Plugin plugin, LogOptions logDefaults) {
        this.plugin = plugin;
        this.logDefaults = logDefaults;
    }

    /**
     * Executes the plugin once. With arguments it serves a person, else the runtime that set {@code
     * CNI_COMMAND}.
     *
     * @return the exit status: 0, or 1 if there was an error
     */
    public int run(
            List<String> arguments,
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err) {
        if (!arguments.isEmpty()) {
            return new CommandLine(plugin, logDefaults).run(arguments, environment, in, out, err);
        }
        if (environment.getOrDefault(Verb.COMMAND, "").isEmpty()) {
            err.println(plugin.about());
            err.println("CNI protocol versions supported: " + CniVersion.allOf(", "));
            return SUCCESS;
        }
        return new Exchange(environment, in).run(out, err);
    }

    /** One request and its answer. */
    private final class Exchange {
        private final Map<String, String> environment;
        private final InputStream in;
        private CniVersion version = CniVersion.latest();

        Exchange(Map<String, String> environment, InputStream in) {
            this.environment = environment;
            this.in = in;
        }

        int run(PrintStream out, PrintStream err) {
            int status = SUCCESS;
            String answer;
            try {
                answer = answer();
            } catch (CniException e) {
                answer = e.toJson(version);
                status = FAILURE;
            } catch (Throwable e) {
                answer = new CniException(ErrorCode.INTERNAL, e.toString(), e).toJson(version);
                status = FAILURE;
            }
            return write(answer, out, err) ? status : FAILURE;
        }

        private String answer() {
            Verb verb = Verb.parse(environment.getOrDefault(Verb.COMMAND, ""));
            if (verb == Verb.VERSION) {
                return versions();
            }
            ObjectNode document = document(verb);
            return carryOut(Request.of(Parameters.read(verb, environment), document));
        }

        /** If both the variables and the input are wrong, the variables are what is told. */
        private ObjectNode document(Verb verb) {
            try {
                ObjectNode document = Input.read(in);
                version = NetworkConfiguration.versionOf(document);
                return document;
            } catch (CniException e) {
                Parameters.read(verb, environment);
                throw e;
            }
        }

        private String carryOut(Request request) {
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

        /**
         * SPEC.md section 5 "VERSION Success". Nobody's standard input is waited for, since a
         * person who tries the plugin by hand gives none.
         */
        private String versions() {
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
