package io.metaplugins.agent.drift;

import io.metaplugins.cni.CniException;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plugin.Renewal;
import java.time.Duration;
import java.util.Optional;

/** Plans attachments anew, from what was asked for and how all is now. */
public interface Renewals {
    /**
     * Plans one.
     *
     * @param changes whether to make the plan true; false to see only what would be done
     * @param patience with who is at work on it
     * @return empty if it cannot be known what is wished
     * @throws CniException if it is not possible; all is as it was
     */
    Optional<Renewal> renew(Receipt receipt, boolean changes, Duration patience);
}
