package io.metaplugins.dist;

import io.metaplugins.cni.ConfigKey;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.kernel.Query;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plugin.MetaPlugin;
import io.metaplugins.plugin.NicKeys;
import io.metaplugins.pod.NicSettings;
import io.metaplugins.router.RouterConfig;
import io.metaplugins.router.RouterPlugin;
import io.metaplugins.veth.VethConfig;
import io.metaplugins.veth.VethPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stands in for spiderpool's coordinator, whose configurations it takes: what router or veth would
 * do, whichever the NIC needs.
 */
final class CoordinatorPlugin implements MetaPlugin<CoordinatorPlugin.Config> {
    static final String NAME = "coordinator";

    private final RouterPlugin router = new RouterPlugin();
    private final VethPlugin veth = new VethPlugin();

    /** {@code mode}: what the pod's network is. */
    enum Mode {
        /** Underlay if the NIC is the pod's first, or the pod has a pair; else overlay. */
        AUTO,
        /** The pod's NICs are all on the underlay: as veth. */
        UNDERLAY,
        /** The pod has an overlay NIC: as router. */
        OVERLAY,
        /** The result is handed on. */
        DISABLE
    }

    /** The configuration, as either plugin would read it. */
    record Config(Mode mode, RouterConfig router, VethConfig veth) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Config configure(ConfigReader reader) {
        reader.keysWithoutEffect("multusNicPrefix", "hostRPFilter");
        Mode mode = mode(reader.key("mode"));
        boolean stated = reader.key("reply_path").isPresent();
        NicSettings settings =
                mode == Mode.DISABLE
                        ? NicKeys.readIdle(reader)
                        : NicKeys.read(reader, /* replyPath= */ true);
        return new Config(
                mode,
                RouterConfig.read(reader, stated ? settings : settings.withReplyPath(false)),
                VethConfig.read(reader, settings));
    }

    private static Mode mode(ConfigKey key) {
        return key.isEmpty()
                ? Mode.AUTO
                : key.oneOf(
                        Map.of(
                                "auto",
                                Mode.AUTO,
                                "underlay",
                                Mode.UNDERLAY,
                                "overlay",
                                Mode.OVERLAY,
                                "disable",
                                Mode.DISABLE),
                        Mode.AUTO);
    }

    @Override
    public NicSettings settings(Config config) {
        return config.veth().nic();
    }

    @Override
    public Planner planner(Config config, Request request, Result previous) {
        Planner overlay = router.planner(config.router(), request, previous);
        Planner underlay = veth.planner(config.veth(), request, previous);
        boolean first = request.ifName().equals(config.router().overlayInterface());
        return switch (config.mode()) {
            case UNDERLAY -> underlay;
            case OVERLAY, DISABLE -> overlay;
            case AUTO -> first ? underlay : new Choice(overlay, underlay);
        };
    }

    /** The pair covers more than router leaves, and is not there to be found in its pods. */
    @Override
    public Planner remnants(Config config, Request request) {
        return veth.remnants(config.veth(), request);
    }

    @Override
    public Result result(Request request, Result previous, Plan plan, Observation seen) {
        return veth.result(request, previous, plan, seen);
    }

    /** Decides by whether the pod has a pair, which it has, or has not, from its first NIC on. */
    private record Choice(Planner overlay, Planner underlay) implements Planner {
        private static final Query PAIR = new Query.LinkNamed(VethPlugin.POD_END);

        @Override
        public Questions questions(Observation soFar) {
            if (!soFar.container().answers(PAIR)) {
                return new Questions(List.of(), List.of(PAIR));
            }
            Questions more = chosen(soFar).questions(soFar);
            List<Query> container = new ArrayList<>(List.of(PAIR));
            container.addAll(more.container());
            return new Questions(more.host(), container);
        }

        @Override
        public Plan plan(Observation seen) {
            return chosen(seen).plan(seen);
        }

        private Planner chosen(Observation seen) {
            return seen.container().of(PAIR).isEmpty() ? overlay : underlay;
        }
    }
}
