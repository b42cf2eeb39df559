package io.metaplugins.agent;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.Revision;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Statement;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import io.metaplugins.plugin.Renewal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans attachments anew and changes those that come out otherwise, for a person, who is told of
 * each. The agent does it if there is one, and else the command.
 */
public final class Reapplication {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    /** Longer than any ADD that may be at work on an attachment. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Plugins plugins;
    private final Node node;
    private final StringBuilder output = new StringBuilder();
    private int attachments;
    private int changed;
    private int failed;

    /** For the attachments that the node's ledger knows. */
    public Reapplication(Plugins plugins, Node node) {
        this.plugins = plugins;
        this.node = node;
    }

    /**
     * What came of it.
     *
     * @param status 0 if nothing failed
     */
    public record Told(int status, String output, String errors) {}

    /**
     * What a person wants.
     *
     * @param dryRun only tell
     * @param configuration of a network from now on; empty if that stays
     * @param network its name, if the configuration has none or another
     */
    public record Wish(boolean dryRun, String configuration, String network) {
        private static final String DRY_RUN = "--dry-run";

        /** The same for the agent. */
        public List<String> words() {
            return List.of("reapply", dryRun ? DRY_RUN : "", configuration, network);
        }

        private static Wish read(List<String> words) {
            if (words.isEmpty()) {
                return new Wish(false, "", "");
            }
            if (words.size() != 3) {
                throw new IllegalArgumentException(
                        "reapply: want three words, or none, and not " + words.size());
            }
            String mode = words.getFirst();
            if (!mode.isEmpty() && !mode.equals(DRY_RUN)) {
                throw new IllegalArgumentException(
                        "reapply: '" + mode + "' is not known: want " + DRY_RUN + " or nothing");
            }
            return new Wish(mode.equals(DRY_RUN), words.get(1), words.get(2));
        }
    }

    /** As {@link #run(Wish)}, of {@link Wish#words} but the first. */
    Told run(List<String> words) {
        return run(Wish.read(words));
    }

    /**
     * Does it once.
     *
     * @throws CniException if the configuration is wrong; nothing has changed then
     */
    public Told run(Wish wish) {
        Revision revision =
                wish.configuration().isEmpty()
                        ? null
                        : Revision.read(wish.configuration(), wish.network());
        Ledger.Listing listing = node.receipts();
        List<Receipt> receipts = new ArrayList<>(listing.receipts());
        receipts.sort(Comparator.comparing(Receipt::time));
        if (revision != null) {
            receipts.removeIf(receipt -> !isOf(revision, receipt));
            prove(revision, receipts);
        }
        for (Receipt receipt : receipts) {
            attachments++;
            renew(receipt, revision, !wish.dryRun());
        }
        for (LedgerException each : listing.unreadable()) {
            failed++;
            output.append(each.getMessage()).append('\n');
        }
        summarize(wish.dryRun());
        return new Told(failed == 0 ? SUCCESS : FAILURE, output.toString(), "");
    }

    private static boolean isOf(Revision revision, Receipt receipt) {
        return receipt.id().network().equals(revision.network())
                && revision.plugins().contains(receipt.id().plugin());
    }

    /** What is wrong with a configuration is wrong for all, and told before anything changes. */
    private void prove(Revision revision, List<Receipt> receipts) {
        if (receipts.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing is on record of network '"
                            + revision.network()
                            + "' and a plugin of "
                            + String.join(", ", revision.plugins()));
        }
        Set<String> proved = new HashSet<>();
        for (Receipt receipt : receipts) {
            Origin origin = receipt.origin();
            if (origin != null && proved.add(receipt.id().plugin())) {
                plugins.prove(receipt, revised(revision, receipt, origin), node);
            }
        }
    }

    private static Origin revised(@Nullable Revision revision, Receipt receipt, Origin origin) {
        return revision == null
                ? origin
                : new Origin(
                        origin.args(),
                        revision.applied(receipt.id().plugin(), origin.configuration()));
    }

    private void renew(Receipt receipt, @Nullable Revision revision, boolean changes) {
        try {
            Optional<Renewal> renewed =
                    plugins.renew(
                            receipt,
                            node,
                            origin -> revised(revision, receipt, origin),
                            changes,
                            PATIENCE);
            if (renewed.isEmpty()) {
                tell(
                        receipt,
                        receipt.origin() == null
                                ? "it is not known what was asked for"
                                : "its namespace is gone");
            } else if (!renewed.get().isNothing()) {
                changed++;
                tell(receipt, changes ? "changed" : "would change");
                renewed.get().gone().forEach(each -> tell("  - ", each));
                renewed.get().come().forEach(each -> tell("  + ", each));
            }
        } catch (CniException e) {
            failed++;
            tell(receipt, "stays as it was: " + e.getMessage());
        }
    }

    private void tell(Receipt receipt, String what) {
        output.append(receipt.id()).append(": ").append(what).append('\n');
    }

    private void tell(String sign, Statement statement) {
        output.append(sign)
                .append(statement.presence() == Presence.ABSENT ? "no " : "")
                .append(statement.object())
                .append(" in ")
                .append(statement.where())
                .append(" (")
                .append(statement.why())
                .append(")\n");
    }

    private void summarize(boolean dryRun) {
        output.append(dryRun ? "would change: " : "changed: ")
                .append(changed)
                .append(" of ")
                .append(attachments)
                .append(" attachments")
                .append(failed == 0 ? "" : ", " + failed + " failed")
                .append('\n');
    }
}
