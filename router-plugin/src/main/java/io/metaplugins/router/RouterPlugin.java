package io.metaplugins.router;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plugin.ChainedResult;
import io.metaplugins.plugin.MetaPlugin;
import io.metaplugins.pod.NicRemnants;
import io.metaplugins.pod.NicSettings;

/** The router: its configuration, its planner and what it changes of a result. */
public final class RouterPlugin implements MetaPlugin<RouterConfig> {
    public static final String NAME = "router";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterConfig configure(ConfigReader reader) {
        return RouterConfig.read(reader);
    }

    @Override
    public NicSettings settings(RouterConfig config) {
        return config.nic();
    }

    @Override
    public Planner planner(RouterConfig config, Request request, Result previous) {
        return new RouterPlanner(config, ChainedResult.nic(request, previous));
    }

    @Override
    public Planner remnants(RouterConfig config, Request request) {
        return new NicRemnants(
                request.ifName(), config.nic().hostRuleTable(), ChainedResult.addresses(request));
    }

    @Override
    public Result result(Request request, Result previous, Plan plan, Observation seen) {
        return ChainedResult.after(request, previous, plan, seen);
    }
}
