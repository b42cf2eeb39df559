package io.metaplugins.veth;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plugin.ChainedResult;
import io.metaplugins.plugin.MetaPlugin;
import io.metaplugins.pod.NicSettings;
import java.util.List;

/** The veth plugin: its configuration, its planner and what it changes of a result. */
public final class VethPlugin implements MetaPlugin<VethConfig> {
    public static final String NAME = "veth";

    /** The pod's end of the pair. */
    public static final InterfaceName POD_END = VethPair.POD_END;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public VethConfig configure(ConfigReader reader) {
        return VethConfig.read(reader);
    }

    @Override
    public NicSettings settings(VethConfig config) {
        return config.nic();
    }

    @Override
    public Planner planner(VethConfig config, Request request, Result previous) {
        return new VethPlanner(
                config, ChainedResult.nic(request, previous), VethPair.of(request.containerId()));
    }

    @Override
    public Planner remnants(VethConfig config, Request request) {
        return new VethRemnants(
                request.ifName(),
                config,
                ChainedResult.addresses(request),
                VethPair.of(request.containerId()));
    }

    @Override
    public Result result(Request request, Result previous, Plan plan, Observation seen) {
        Result result = ChainedResult.after(request, previous, plan, seen);
        VethPair pair = VethPair.of(request.containerId());
        return plan.statements().stream().anyMatch(VethDraft::makesPair)
                ? ChainedResult.with(
                        result,
                        List.of(
                                new Result.Interface(
                                        pair.hostEnd().value(), pair.hostMac(), null, null),
                                new Result.Interface(
                                        VethPair.POD_END.value(),
                                        pair.podMac(),
                                        null,
                                        request.requiredNetns().toString())))
                : result;
    }
}
