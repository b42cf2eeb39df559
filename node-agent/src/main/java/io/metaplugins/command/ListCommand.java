package io.metaplugins.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.json.Json;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code list}: all attachments of the ledger, and whether they are as they were made. */
@CommandLine.Command(
        name = "list",
        description = "Lists the attachments on record, and whether each is as it was made.")
final class ListCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    /** How the list is written. */
    enum Output {
        TABLE,
        WIDE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table, wide (with whole ids, namespaces and numbers) or json.")
    private Output output = Output.TABLE;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Records records = Records.of(surroundings.node());
        switch (output) {
            case TABLE, WIDE -> table(records).lines().forEach(surroundings.out()::println);
            case JSON -> surroundings.out().println(json(records));
        }
        for (LedgerException each : records.unreadable()) {
            surroundings.err().println(Command.NAME + ": " + each.getMessage());
        }
        return records.unreadable().isEmpty() ? Command.SUCCESS : Command.FAILURE;
    }

    private TextTable table(Records records) {
        boolean wide = output == Output.WIDE;
        TextTable table = new TextTable();
        table.row(
                "POD",
                "CONTAINER",
                "INTERFACE",
                "NETWORK",
                "PLUGIN",
                "SINCE",
                "STATE",
                wide ? "DEVIATIONS" : "",
                wide ? "STATEMENTS" : "",
                wide ? "NAMESPACE" : "");
        for (Pod pod : records.pods()) {
            for (Receipt receipt : pod.receipts()) {
                State state = State.of(surroundings.node(), receipt);
                table.row(
                        Objects.requireNonNullElse(pod.name(), "-"),
                        wide ? pod.containerId() : Pod.shortened(pod.containerId()),
                        receipt.id().ifName().value(),
                        receipt.id().network(),
                        receipt.id().plugin(),
                        since(receipt),
                        state.toString(),
                        wide ? Integer.toString(state.deviations().size()) : "",
                        wide ? Integer.toString(receipt.plan().statements().size()) : "",
                        wide ? path(receipt) : "");
            }
        }
        return table;
    }

    private String json(Records records) {
        ObjectNode root = Json.emptyObject();
        ArrayNode attachments = root.putArray("attachments");
        for (Pod pod : records.pods()) {
            for (Receipt receipt : pod.receipts()) {
                State state = State.of(surroundings.node(), receipt);
                ObjectNode node = attachments.addObject();
                node.put("pod", pod.name())
                        .put("container", pod.containerId())
                        .put("interface", receipt.id().ifName().value())
                        .put("network", receipt.id().network())
                        .put("plugin", receipt.id().plugin())
                        .put("since", since(receipt))
                        .put("netns", path(receipt))
                        .put("state", state.toString())
                        .put("statements", receipt.plan().statements().size());
                ArrayNode deviations = node.putArray("deviations");
                state.deviations().forEach(each -> deviations.add(each.toString()));
            }
        }
        return Json.write(root);
    }

    static String since(Receipt receipt) {
        return receipt.time().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String path(Receipt receipt) {
        Namespace namespace = receipt.namespace();
        return namespace == null ? "-" : namespace.path();
    }
}
