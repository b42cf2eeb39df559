package io.metaplugins.router;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.plan.Planner;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.testkit.PlannerPictures;

class RouterPlannerTest extends PlannerPictures {
    @Override
    protected Planner planner(ConfigReader reader, ChainedNic nic) {
        return new RouterPlanner(RouterConfig.read(reader), nic);
    }
}
