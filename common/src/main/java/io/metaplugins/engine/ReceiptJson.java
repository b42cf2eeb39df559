package io.metaplugins.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
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

    private ReceiptJson() {}

    static byte[] write(Receipt receipt) {
        ObjectNode root = Json.emptyObject();
        root.put("version", VERSION);
        root.putObject("attachment")
                .put("network", receipt.id().network())
                .put("plugin", receipt.id().plugin())
                .put("containerId", receipt.id().containerId())
                .put("ifName", receipt.id().ifName().value());
        Namespace namespace = receipt.namespace();
        if (namespace != null) {
            root.putObject("netns").put("path", namespace.path()).put("inode", namespace.inode());
        }
        Origin origin = receipt.origin();
        if (origin != null) {
            root.putObject("origin")
                    .put("args", origin.args())
                    .put("configuration", origin.configuration());
        }
        root.put("nanoseconds", ChronoUnit.NANOS.between(Instant.EPOCH, receipt.time()));
        ArrayNode statements = root.putArray("statements");
        receipt.plan().statements().forEach(statement -> write(statement, statements.addObject()));
        ArrayNode effects = root.putArray("effects");
        receipt.effects().forEach(effect -> write(effect, effects.addObject()));
        return (Json.write(root) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Statement statement, ObjectNode node) {
        node.put("where", statement.where().name())
                .put("presence", statement.presence().name())
                .put("lifetime", statement.lifetime().name())
                .put("why", statement.why())
                .set("object", ObjectJson.write(statement.object()));
    }

    private static void write(Effect effect, ObjectNode node) {
        node.put("where", effect.where().name()).put("lifetime", effect.lifetime().name());
        write(effect.before(), "before", node);
        write(effect.after(), "after", node);
        if (effect.ahead()) {
            node.put("ahead", true);
        }
    }

    private static void write(@Nullable KernelObject object, String key, ObjectNode node) {
        if (object != null) {
            node.set(key, ObjectJson.write(object));
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
