package io.metaplugins.plugin;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.pod.NicSettings;

/** A plugin that wishes for nothing, of any NIC. */
final class Bystander implements MetaPlugin<NicSettings> {

    @Override
    public String name() {
        return "bystander";
    }

    @Override
    public NicSettings configure(ConfigReader reader) {
        return NicKeys.read(reader, /* replyPath= */ false);
    }

    @Override
    public NicSettings settings(NicSettings config) {
        return config;
    }

    @Override
    public Planner planner(NicSettings config, Request request, Result previous) {
        return new Wishless();
    }

    @Override
    public Planner remnants(NicSettings config, Request request) {
        return new Wishless();
    }

    @Override
    public Result result(Request request, Result previous, Plan plan, Observation seen) {
        return previous;
    }

    private record Wishless() implements Planner {
        @Override
        public Questions questions(Observation soFar) {
            return Questions.NONE;
        }

        @Override
        public Plan plan(Observation seen) {
            return Plan.EMPTY;
        }
    }
}
