package io.metaplugins.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.json.JsonWriter;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receipt as a JSON document. A reader ignores members that it does not know; whoever changes the
 * meaning of one counts {@code version} up, and older readers then refuse the document.
 */
final class ReceiptJson {
    private static final int VERSION = 1;

    /** Characters of the receipt of one NIC. */
    private static final int USUAL_LENGTH = 10_240;

    private ReceiptJson() {}

    static byte[] write(Receipt receipt) {
        JsonWriter out = new JsonWriter(USUAL_LENGTH);
        out.begin().number("version", VERSION);
        out.begin("attachment")
                .text("network", receipt.id().network())
                .text("plugin", receipt.id().plugin())
                .text("containerId", receipt.id().containerId())
                .text("ifName", receipt.id().ifName())
                .end();
        Namespace namespace = receipt.namespace();
        if (namespace != null) {
            out.begin("netns")
                    .text("path", namespace.path())
                    .number("inode", namespace.inode())
                    .end();
        }
        Origin origin = receipt.origin();
        if (origin != null) {
            out.begin("origin")
                    .text("args", origin.args())
                    .text("configuration", origin.configuration())
                    .end();
        }
        out.number("nanoseconds", ChronoUnit.NANOS.between(Instant.EPOCH, receipt.time()));
        out.beginList("statements");
        receipt.plan().statements().forEach(statement -> write(statement, out));
        out.endList().beginList("effects");
        receipt.effects().forEach(effect -> write(effect, out));
        out.endList().end();
        return (out + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Statement statement, JsonWriter out) {
        out.begin()
                .name("where", statement.where())
                .name("presence", statement.presence())
                .name("lifetime", statement.lifetime())
                .text("why", statement.why());
        write(statement.object(), "object", out);
        out.end();
    }

    private static void write(Effect effect, JsonWriter out) {
        out.begin().name("where", effect.where()).name("lifetime", effect.lifetime());
        write(effect.before(), "before", out);
        write(effect.after(), "after", out);
        if (effect.ahead()) {
            out.flag("ahead", true);
        }
        out.end();
    }

    private static void write(@Nullable KernelObject object, String key, JsonWriter out) {
        if (object != null) {
            ObjectJson.write(object, out.begin(key));
            out.end();
        }
    }

    /**
     * @throws IllegalArgumentException if it is no receipt, or of a version that we do not know
     */
    static Receipt read(byte[] document) {
        ObjectNode root = Json.parse(document);
        int version = root.path("version").asInt();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    version > VERSION
                            ? "version " + version + " is of a newer release"
                            : "there is no version");
        }
        Fields fields = new Fields(root);
        Fields id = fields.object("attachment");
        List<Statement> statements = new ArrayList<>();
        for (Fields each : fields.array("statements")) {
            statements.add(readStatement(each));
        }
        List<Effect> effects = new ArrayList<>();
        for (Fields each : fields.array("effects")) {
            effects.add(readEffect(each));
        }
        return new Receipt(
                new AttachmentId(
                        id.text("network"),
                        id.text("plugin"),
                        id.text("containerId"),
                        new InterfaceName(id.text("ifName"))),
                fields.has("netns") ? readNamespace(fields.object("netns")) : null,
                Instant.EPOCH.plusNanos(fields.number("nanoseconds")),
                new Plan(statements),
                effects,
                fields.has("origin") ? readOrigin(fields.object("origin")) : null);
    }

    private static Namespace readNamespace(Fields fields) {
        return new Namespace(fields.text("path"), fields.number("inode"));
    }

    private static Origin readOrigin(Fields fields) {
        return new Origin(fields.text("args"), fields.text("configuration"));
    }

    private static Statement readStatement(Fields fields) {
        return new Statement(
                Where.valueOf(fields.text("where")),
                Presence.valueOf(fields.text("presence")),
                Lifetime.valueOf(fields.text("lifetime")),
                ObjectJson.read(fields.object("object")),
                fields.text("why"));
    }

    private static Effect readEffect(Fields fields) {
        return new Effect(
                Where.valueOf(fields.text("where")),
                Lifetime.valueOf(fields.text("lifetime")),
                fields.has("before") ? ObjectJson.read(fields.object("before")) : null,
                fields.has("after") ? ObjectJson.read(fields.object("after")) : null,
                fields.flag("ahead"));
    }
}
