package io.metaplugins.command;

import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plugin.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is on record, by pod.
 *
 * @param pods by their names, those without one behind them
 * @param unreadable files that hold no receipt that can be understood
 */
record Records(List<Pod> pods, List<LedgerException> unreadable) {

    /** Reads the ledger. */
    static Records of(Node node) {
        Ledger.Listing listing = node.receipts();
        Map<String, List<Receipt>> byContainer = new TreeMap<>();
        for (Receipt receipt : listing.receipts()) {
            byContainer
                    .computeIfAbsent(receipt.id().containerId(), _ -> new ArrayList<>())
                    .add(receipt);
        }
        List<Pod> pods = new ArrayList<>();
        byContainer.forEach((id, receipts) -> pods.add(Pod.of(id, receipts)));
        pods.sort(Comparator.comparing(Pod::name, Comparator.nullsLast(Comparator.naturalOrder())));
        return new Records(pods, listing.unreadable());
    }

    /**
     * The pod that a person means: by its container's id or the beginning of it, as {@code
     * namespace/name}, or by its name alone.
     *
     * @throws CommandException if it is none, or may be several
     */
    Pod find(String text) {
        List<Pod> exact = pods.stream().filter(pod -> pod.isCalled(text)).toList();
        List<Pod> found =
                exact.isEmpty()
                        ? pods.stream().filter(pod -> pod.maybeCalled(text)).toList()
                        : exact;
        return switch (found.size()) {
            case 0 -> throw new CommandException("nothing is on record of '" + text + "'");
            case 1 -> found.getFirst();
            default ->
                    throw new CommandException(
                            "'"
                                    + text
                                    + "' may be "
                                    + found.stream()
                                            .map(Pod::toString)
                                            .collect(Collectors.joining(", ")));
        };
    }

    /** The pod of that name alone, or all of them. */
    List<Pod> select(List<String> names) {
        return names.isEmpty() ? pods : names.stream().map(this::find).distinct().toList();
    }
}
