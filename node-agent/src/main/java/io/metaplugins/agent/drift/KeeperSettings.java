package io.metaplugins.agent.drift;

import io.metaplugins.plugin.RepairMode;
import java.time.Duration;

/**
 * How attachments are looked after.
 *
 * @param repair what is done about what others changed
 * @param fullPass from one look at everything to the next; changes are heard of long before
 * @param grace how long a pod's namespace is gone before what belonged to it is taken apart, which
 *     is the runtime's to do
 */
public record KeeperSettings(RepairMode repair, Duration fullPass, Duration grace) {

    /** What is used if nothing is said. */
    public static KeeperSettings defaults() {
        return new KeeperSettings(RepairMode.ON, Duration.ofMinutes(1), Duration.ofMinutes(1));
    }
}
