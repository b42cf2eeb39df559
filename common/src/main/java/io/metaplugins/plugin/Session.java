package io.metaplugins.plugin;

import io.metaplugins.cni.Meter;
import io.metaplugins.engine.Change;
import io.metaplugins.engine.Engine;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Kernels;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Namespace;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.PlanException;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.probe.Nic;
import io.metaplugins.probe.Segment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** A hold on the two namespaces of an attachment and on the ledger. */
public final class Session implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Session.class);

    private final Libc libc;
    private final Meter meter;
    private final Kernels kernels;
    private final Interview interview;
    private final Entries entries;
    private final Netns node;
    private final @Nullable Netns container;

    private Session(
            Libc libc,
            Meter meter,
            Kernels kernels,
            Entries entries,
            Netns node,
            @Nullable Netns container) {
        this.libc = libc;
        this.meter = meter;
        this.kernels = kernels;
        this.interview = new Interview(kernels);
        this.entries = entries;
        this.node = node;
        this.container = container;
    }

    /** Takes over what it is given, unless it throws. */
    static Session open(
            Libc libc,
            @Nullable Netns container,
            @Nullable Path path,
            Ledger ledger,
            Engine engine,
            Duration patience,
            Meter meter) {
        Netns own = Netns.current(libc);
        Kernel host;
        try {
            host = NetlinkKernel.open(libc, own, container);
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
        try {
            Kernels.Container pod =
                    container == null
                            ? null
                            : new Kernels.Container(
                                    new Namespace(String.valueOf(path), container.id()),
                                    NetlinkKernel.open(libc, container));
            Kernels kernels = new Kernels(host, pod);
            Entries entries = new Entries(ledger, engine, patience, meter, kernels);
            return new Session(libc, meter, kernels, entries, own, container);
        } catch (RuntimeException | Error e) {
            host.close();
            own.close();
            throw e;
        }
    }

    /** Answers the planner's questions until it has no new ones. */
    Observation observe(Planner planner) {
        return timed(Meter.Step.OBSERVE, () -> interview.answers(planner));
    }

    /** What the planner wishes. */
    Plan plan(Planner planner, Observation seen) {
        return timed(Meter.Step.PLAN, () -> planner.plan(seen));
    }

    private <T> T timed(Meter.Step step, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            meter.took(step, System.nanoTime() - start);
        }
    }

    /** What was seen, and besides what tells whether the plan holds already. */
    Observation read(Plan plan, Observation seen) {
        return kernels.read(Questions.about(plan.statements()), seen);
    }

    /**
     * The container's link of that name.
     *
     * @throws PlanException if it has none
     */
    Link containerLink(InterfaceName name) {
        return kernels.in(Where.CONTAINER).read(new Query.LinkNamed(name)).stream()
                .map(Link.class::cast)
                .findFirst()
                .orElseThrow(() -> new PlanException("the container has no interface " + name));
    }

    /** The MAC addresses of all of the container's links. */
    Set<MacAddress> containerAddresses() {
        return kernels.in(Where.CONTAINER).read(new Query.Links()).stream()
                .map(link -> ((Link) link).address())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** The segment of a NIC of the container, which must be there. */
    Segment segment(Nic nic) {
        return Segment.open(libc, Objects.requireNonNull(container), nic);
    }

    /** Whether the pod's namespace is there. */
    public boolean hasContainer() {
        return container != null;
    }

    /** The namespaces, which stay open as long as this does. */
    public Kernels kernels() {
        return kernels;
    }

    /** What is on record of attachments, for these namespaces. */
    public Entries entries() {
        return entries;
    }

    /** Removes what the planner wishes gone and is there. */
    void remove(Planner planner) {
        Plan plan = planner.plan(observe(planner));
        for (Statement statement : plan.statements()) {
            if (kernels.container() == null && statement.where() == Where.CONTAINER) {
                continue;
            }
            log.info("{} ({})", statement, statement.why());
            Change change = new Change(Change.Act.DELETE, statement.object());
            kernels.in(statement.where()).write(List.of(change)).stream()
                    .map(Kernel.Failure::cause)
                    .filter(cause -> !cause.saysGone())
                    .map(KernelException::getMessage)
                    .forEach(log::error);
        }
    }

    @Override
    public void close() {
        if (kernels.container() != null) {
            kernels.container().kernel().close();
        }
        kernels.host().close();
        node.close();
        if (container != null) {
            container.close();
        }
    }
}
