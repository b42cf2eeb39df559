package io.metaplugins.plugin;

import io.metaplugins.cni.Meter;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Change;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.Engine;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Kernels;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.engine.Repair;
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
import io.metaplugins.plugin.Renewal.Intention;
import io.metaplugins.probe.Nic;
import io.metaplugins.probe.Segment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** A hold on the two namespaces of an attachment and on the ledger. */
public final class Session implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Session.class);

    /** Longer than any ADD that another process may be at for the same attachment. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Libc libc;
    private final Ledger ledger;
    private final Engine engine;
    private final Meter meter;
    private final Kernels kernels;
    private final Netns node;
    private final @Nullable Netns container;

    private Session(
            Libc libc,
            Ledger ledger,
            Engine engine,
            Meter meter,
            Kernels kernels,
            Netns node,
            @Nullable Netns container) {
        this.libc = libc;
        this.ledger = ledger;
        this.engine = engine;
        this.meter = meter;
        this.kernels = kernels;
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
            Meter meter) {
        Netns own = Netns.current(libc);
        Kernel host;
        try {
            host = NetlinkKernel.open(libc, own, container);
        } catch (RuntimeException e) {
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
            return new Session(libc, ledger, engine, meter, new Kernels(host, pod), own, container);
        } catch (RuntimeException e) {
            host.close();
            own.close();
            throw e;
        }
    }

    /** Answers the planner's questions until it has no new ones. */
    Observation observe(Planner planner) {
        return timed(Meter.Step.OBSERVE, () -> answers(planner));
    }

    private Observation answers(Planner planner) {
        Observation seen = Observation.NONE;
        Questions questions = planner.questions(seen);
        Questions answered;
        do {
            answered = here(questions);
            seen = kernels.read(answered, seen);
            questions = planner.questions(seen);
        } while (!here(questions).equals(answered));
        return seen;
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

    /** With the attachment's entry; the time that the ledger takes is told apart. */
    private <T> T onRecord(AttachmentId id, Meter.Step step, Function<Ledger.Entry, T> work) {
        long start = System.nanoTime();
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            long opened = System.nanoTime();
            try {
                return work.apply(entry);
            } finally {
                long done = System.nanoTime();
                meter.took(Meter.Step.LEDGER, opened - start + entry.nanoseconds());
                meter.took(step, done - opened - entry.nanoseconds());
            }
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

    private Questions here(Questions questions) {
        return kernels.container() == null ? new Questions(questions.host(), List.of()) : questions;
    }

    void apply(AttachmentId id, Plan plan, Origin origin, Observation seen) {
        Receipt _ =
                onRecord(
                        id,
                        Meter.Step.APPLY,
                        entry -> engine.apply(entry, plan, origin, kernels, seen));
    }

    /**
     * Plans an attachment that is on record anew, and makes the plan true if it is another.
     *
     * @param intentions what to plan, by what is on record; nothing to leave it
     * @param changes false to see only what would be done
     * @return empty if nothing was planned
     */
    Optional<Renewal> renew(
            AttachmentId id, Function<Receipt, Optional<Intention>> intentions, boolean changes) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return entry.read()
                    .flatMap(receipt ->
                            intentions
                                    .apply(receipt)
                                    .map(wish -> renew(entry, receipt, wish, changes)));
        }
    }

    private Renewal renew(Ledger.Entry entry, Receipt receipt, Intention wish, boolean changes) {
        Observation seen = answers(wish.planner());
        Plan plan = wish.planner().plan(engine.before(entry, receipt, seen));
        boolean isOther = !plan.equals(receipt.plan()) || !wish.origin().equals(receipt.origin());
        if (changes && isOther) {
            Receipt _ = engine.renew(entry, receipt, plan, wish.origin(), kernels, seen);
        }
        return Renewal.of(receipt, plan);
    }

    /** What is no longer as it was wished; empty if there is no record to compare with. */
    public Optional<List<Deviation>> verify(AttachmentId id) {
        return onRecord(
                id,
                Meter.Step.OBSERVE,
                entry -> entry.read().map(receipt -> engine.verify(entry, receipt, kernels)));
    }

    Optional<List<Deviation>> verify(AttachmentId id, Duration patience) {
        try (Ledger.Entry entry = ledger.open(id, patience)) {
            return entry.read().map(receipt -> engine.verify(entry, receipt, kernels));
        }
    }

    /**
     * Puts right what is no longer as it was wished; empty if there is no record.
     *
     * @param others statements to be left as they are
     */
    Optional<List<Repair>> repair(
            AttachmentId id, Collection<Statement> others, Duration patience) {
        try (Ledger.Entry entry = ledger.open(id, patience)) {
            return entry.read().map(receipt -> engine.repair(entry, receipt, kernels, others));
        }
    }

    /**
     * Undoes what is on record of the attachment, and the record with it. A problem is in the log,
     * and the record goes all the same: nobody would come for it again.
     *
     * @return whether there was a record
     */
    boolean revert(AttachmentId id) {
        Optional<List<KernelException>> problems = undo(id);
        problems.ifPresent(all -> all.forEach(e -> log.error("{}", e.getMessage())));
        return problems.isPresent();
    }

    /**
     * As {@link #revert}, for who tells the problems himself.
     *
     * @return the problems; empty if there was no record, or none that can be read
     */
    public Optional<List<KernelException>> undo(AttachmentId id) {
        return onRecord(
                id,
                Meter.Step.APPLY,
                entry -> {
                    Optional<List<KernelException>> problems =
                            readable(entry).map(receipt -> engine.revert(entry, receipt, kernels));
                    entry.delete();
                    return problems;
                });
    }

    private static Optional<Receipt> readable(Ledger.Entry entry) {
        try {
            return entry.read();
        } catch (LedgerException e) {
            log.error("{}", e.getMessage());
            return Optional.empty();
        }
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
