package io.metaplugins.plugin;

import io.metaplugins.cni.Attachment;
import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.cni.Plugin;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.IpScript;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.NicSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The verbs of CNI for a plugin that plans.
 *
 * <p>ADD needs all it is given: a configuration without fault, a result to build on, the namespace.
 * CHECK compares the kernel with what the ledger says was wished, not with what the configuration
 * would wish today, for that may have changed since. DEL and GC need nothing but names: what was
 * changed is in the ledger, and what is gone already is as good as undone (SPEC.md section 2).
 *
 * @param <C> the plugin's configuration
 */
public final class Verbs<C> implements Plugin {
    private static final Logger log = LogManager.getLogger(Verbs.class);

    private final MetaPlugin<C> plugin;
    private final Configurations<C> configurations;
    private final Node node;
    private final String version;

    /**
     * Ties a plugin to the node that it works on.
     *
     * @param version of this build, for the about line
     */
    public Verbs(MetaPlugin<C> plugin, Node node, String version) {
        this.plugin = plugin;
        this.configurations = new Configurations<>(plugin, node);
        this.node = node;
        this.version = version;
    }

    @Override
    public String name() {
        return plugin.name();
    }

    @Override
    public String about() {
        return "CNI " + plugin.name() + " plugin " + version + " of meta-plugins";
    }

    @Override
    public Result add(Request request) {
        C config = configurations.read(request);
        Result previous = request.requiredPrevResult();
        NicSettings settings = plugin.settings(config);
        if (settings.skipCall()) {
            log.info("skipped, as the configuration says");
            return previous;
        }
        Planner planner = plugin.planner(config, request, previous);
        return Failures.told(() -> {
            ChainedNic nic = ChainedResult.nic(request, previous);
            try (Session session = node.enter(request);
                    SegmentChecks checks = SegmentChecks.open(session, settings, nic)) {
                Observation seen = session.observe(planner);
                Plan plan = session.plan(planner, seen);
                checks.ask(node.meter());
                session.entries().apply(id(request), plan, origin(request), seen);
                checks.tell();
                return plugin.result(request, previous, plan, seen);
            }
        });
    }

    @Override
    public void check(Request request) {
        C config = configurations.read(request);
        request.requiredPrevResult();
        if (plugin.settings(config).skipCall()) {
            return;
        }
        List<Deviation> deviations =
                Failures.told(() -> {
                    try (Session session = node.enter(request)) {
                        return session.entries()
                                .verify(id(request))
                                .orElseThrow(Failures::notOnRecord);
                    }
                });
        if (!deviations.isEmpty()) {
            throw Failures.deviations(deviations);
        }
    }

    @Override
    public void delete(Request request) {
        C config = configurations.readLeniently(request);
        Failures.told(() -> {
            try (Session session = node.enterIfThere(request)) {
                if (!session.entries().revert(id(request))) {
                    log.info("nothing is on record, looking for what may be left");
                    session.remove(plugin.remnants(config, request));
                }
                return null;
            }
        });
    }

    @Override
    public void collectGarbage(Request request) {
        Set<Attachment> valid = new HashSet<>(request.validAttachments());
        List<String> problems = new ArrayList<>();
        Ledger.Listing listing =
                Failures.told(() -> node.receipts(request.network(), plugin.name()));
        listing.unreadable().forEach(e -> problems.add(String.valueOf(e.getMessage())));
        for (Receipt receipt : listing.receipts()) {
            AttachmentId id = receipt.id();
            boolean known = !receipt.time().isAfter(node.moment());
            if (known && !valid.contains(new Attachment(id.containerId(), id.ifName()))) {
                log.info("collecting {}", id);
                collect(receipt, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new CniException(ErrorCode.IO_FAILURE, String.join("; ", problems));
        }
    }

    private void collect(Receipt receipt, List<String> problems) {
        try {
            Failures.told(() -> {
                try (Session session = node.enterIfThere(receipt)) {
                    return session.entries().revert(receipt);
                }
            });
        } catch (CniException e) {
            problems.add(receipt.id() + ": " + e.details());
        }
    }

    @Override
    public void status(Request request) {
        C _ = configurations.read(request);
        node.prove();
    }

    @Override
    public String explain(Request request) {
        C config = configurations.read(request);
        Result previous = request.requiredPrevResult();
        if (plugin.settings(config).skipCall()) {
            return "#!/bin/sh -e\n# nothing, as the configuration says\n";
        }
        Planner planner = plugin.planner(config, request, previous);
        ChainedNic nic = ChainedResult.nic(request, previous);
        return Failures.told(() -> {
            try (Session session = node.enter(request)) {
                Observation seen = session.observe(planner);
                Plan plan = planner.plan(seen);
                return IpScript.of(plan, session.read(plan, seen), request.requiredNetns())
                        + SegmentChecks.explained(plugin.settings(config), nic);
            }
        });
    }

    @Override
    public void validate(ConfigReader configuration) {
        C _ = configurations.read(configuration);
    }

    private static Origin origin(Request request) {
        return new Origin(request.args().text(), request.configurationText());
    }

    private AttachmentId id(Request request) {
        return new AttachmentId(
                request.network(), plugin.name(), request.containerId(), request.ifName());
    }
}
