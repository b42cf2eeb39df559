package io.metaplugins.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.agent.drift.KeeperSettings;
import io.metaplugins.agent.drift.Tally;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * How attachments are looked after, and what came of it, for those who ask how the agent is.
 *
 * @param current settings
 * @param tally of the keeper
 */
record Keeping(CurrentSettings current, Supplier<Tally> tally) {

    /** Adds it to what is told. */
    void tell(ObjectNode fields) {
        ObjectNode settings = fields.putObject("settings");
        settings.put("file", current.file().toString());
        settings.put("problem", current.problem());
        ObjectNode keeper = fields.putObject("keeper");
        KeeperSettings keeping = current.keeping();
        keeper.put("repair", keeping.repair().name().toLowerCase(Locale.ROOT));
        keeper.put("full_pass", keeping.fullPass().toSeconds() + "s");
        keeper.put("grace", keeping.grace().toSeconds() + "s");
        Tally counted = tally.get();
        Tally.FullPass last = counted.lastFullPass();
        if (last != null) {
            keeper.putObject("last_full_pass")
                    .put("end", last.end().toString())
                    .put("attachments", last.attachments())
                    .put("deviations", last.deviations())
                    .put("problem", last.problem());
        }
        keeper.put("full_passes", counted.fullPasses());
        keeper.put("missed", counted.missed());
        keeper.put("collected", counted.collected());
        keeper.put("quarrels", counted.quarrels());
    }
}
