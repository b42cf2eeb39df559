package io.metaplugins.veth;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.plan.Planner;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.testkit.PlannerPictures;

class VethPlannerTest extends PlannerPictures {
    @Override
    protected Planner planner(ConfigReader reader, ChainedNic nic) {
        return new VethPlanner(VethConfig.read(reader), nic, VethPair.of("0123456789abcdef"));
    }
}
