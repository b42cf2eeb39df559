package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.NET1;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An engine and a ledger with a {@link Stage}, anew for each test. */
@ExtendWith(HostUnchanged.class)
abstract class EngineOnStage {
    static final AttachmentId ID = new AttachmentId("net", "router", "c0ffee", NET1);
    static final AttachmentId SECOND =
            new AttachmentId("net2", "router", "c0ffee", new InterfaceName("net2"));
    static final Origin ORIGIN = new Origin("", "{}");
    static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path root;
    Stage stage;
    Ledger ledger;
    final Engine engine = new Engine(LogManager.getLogger(Engine.class), InstantSource.system());

    @BeforeEach
    void open() {
        stage = new Stage();
        ledger = new Ledger(root);
    }

    @AfterEach
    void close() {
        ledger.close();
        stage.close();
    }

    static Plan plan(Statement... statements) {
        return new Plan(List.of(statements));
    }

    Receipt apply(Plan plan) {
        return apply(plan, stage.kernels());
    }

    Receipt apply(Plan plan, Kernels kernels) {
        return apply(ID, plan, kernels);
    }

    Receipt apply(AttachmentId id, Plan plan, Kernels kernels) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return engine.apply(entry, plan, ORIGIN, kernels, Observation.NONE);
        }
    }

    /** As DEL does it. */
    void release(AttachmentId id) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            assertThat(engine.revert(entry, entry.read().orElseThrow(), stage.kernels())).isEmpty();
            entry.delete();
        }
    }

    List<Deviation> check(AttachmentId id) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return engine.verify(entry, entry.read().orElseThrow(), stage.kernels());
        }
    }

    Receipt recorded() {
        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            return entry.read().orElseThrow();
        }
    }

    List<KernelException> revert() {
        return revert(stage.kernels());
    }

    List<KernelException> revert(Kernels kernels) {
        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            return engine.revert(entry, entry.read().orElseThrow(), kernels);
        }
    }

    List<String> deviations(Plan plan) {
        return engine.verify(plan, stage.kernels()).stream().map(Deviation::toString).toList();
    }
}
