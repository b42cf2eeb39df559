package io.metaplugins.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.agent.drift.KeeperSettings;
import io.metaplugins.agent.drift.KeeperThread;
import io.metaplugins.agent.drift.Tally;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How attachments are looked after, and what came of it, for those who ask how the agent is.
 *
 * @param current settings
 * @param keeper null if it has not begun yet
 */
record Keeping(CurrentSettings current, Supplier<@Nullable KeeperThread> keeper) {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Whether its thread turns; empty if so, else what is wrong. */
    String livez() {
        KeeperThread thread = keeper.get();
        return thread == null || !thread.isAwayFor(LONGEST)
                ? ""
                : "attachments have not been looked after for " + LONGEST.toSeconds() + " s";
    }

    /** What keeps pods from being added; empty if nothing does. */
    String readyz() {
        return current.isSound() ? "" : current.problem();
    }

    /** Adds it to what is told. */
    void tell(ObjectNode fields) {
        ObjectNode settings = fields.putObject("settings");
        settings.put("file", current.file().toString());
        settings.put("problem", current.problem());
        ObjectNode kept = fields.putObject("keeper");
        KeeperSettings keeping = current.keeping();
        kept.put("repair", keeping.repair().name().toLowerCase(Locale.ROOT));
        kept.put("full_pass", keeping.fullPass().toSeconds() + "s");
        kept.put("grace", keeping.grace().toSeconds() + "s");
        KeeperThread thread = keeper.get();
        kept.put("problem", thread == null ? "" : thread.problem());
        Tally counted = thread == null ? new Tally() : thread.tally();
        Tally.FullPass last = counted.lastFullPass();
        if (last != null) {
            kept.putObject("last_full_pass")
                    .put("end", last.end().toString())
                    .put("attachments", last.attachments())
                    .put("deviations", last.deviations())
                    .put("problem", last.problem());
        }
        kept.put("full_passes", counted.fullPasses());
        kept.put("missed", counted.missed());
        kept.put("collected", counted.collected());
        kept.put("quarrels", counted.quarrels());
    }
}
