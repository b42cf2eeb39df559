package io.metaplugins.plugin;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.pod.NicSettings;

/**
 * What one plugin decides; {@link Verbs} does the rest.
 *
 * @param <C> its configuration, valid and with defaults
 */
public interface MetaPlugin<C> {

    /** The {@code type} in a configuration, and the executable's name. */
    String name();

    /** Reads the plugin's keys; what is wrong with them is left with the reader. */
    C configure(ConfigReader reader);

    /** What the configuration says of the NIC itself. */
    NicSettings settings(C config);

    /** The planner for one attachment, whose interface the plugins before have made. */
    Planner planner(C config, Request request, Result previous);

    /**
     * The planner for what may be left of an attachment of which nothing is on record: its wishes
     * are for things to be gone.
     */
    Planner remnants(C config, Request request);

    /** The result to hand on: the previous one with what the plan changes of it. */
    Result result(Request request, Result previous, Plan plan, Observation seen);
}
