package io.metaplugins;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The arrows between the packages of agent and command, each with its reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // To read the classes takes seconds.
class ArchitectureTest {
    private static final String AGENT = "io.metaplugins.agent";
    private static final String DRIFT = AGENT + ".drift";
    private static final String METRICS = AGENT + ".metrics";
    private static final String COMMAND = "io.metaplugins.command";

    private final JavaClasses all =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                    .importPackages(AGENT, COMMAND);

    /** Else all rules below would hold for nothing. */
    @Test
    void sawTheClasses() {
        assertThat(all.size()).isGreaterThan(60);
    }

    @Test
    void theKeeperKnowsNeitherWhoServesNorWhoIsTold() {
        check(
                no(DRIFT + "..", AGENT, METRICS + "..", COMMAND + ".."),
                "who looks after attachments does so without launchers, and without metrics");
    }

    @Test
    void metricsKnowNothingOfWhatTheyAreAbout() {
        check(
                no(METRICS + "..", AGENT, DRIFT + "..", COMMAND + ".."),
                "what is counted is said by who counts");
    }

    @Test
    void theAgentDoesNotKnowTheCommand() {
        check(no(AGENT + "..", COMMAND + ".."), "the command speaks to the agent as others do");
    }

    @Test
    void theCommandKnowsOfTheAgentWhatEverybodyMayKnow() {
        check(
                no(COMMAND + "..", METRICS + ".."),
                "what a person is told comes over the agent's socket");
    }

    @Test
    void onlyTheCommandReadsACommandLine() {
        check(no(AGENT + "..", "picocli.."), "the agent is started by more than a command line");
    }

    @Test
    void onlyMetricsUseTheLibraryForThem() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(METRICS + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.prometheus.."),
                "a change of the library must be a change of one package");
    }

    @Test
    void nobodyUsesJnr() {
        check(
                no("io.metaplugins..", "jnr.."),
                "a change of the bridge to native code must be a change of one class");
    }

    @Test
    void nobodyMovesThreads() {
        check(
                noClasses()
                        .should()
                        .callMethod(Libc.class, "setns", int.class, int.class)
                        .orShould()
                        .callMethod(ServerLibc.class, "unshare", int.class),
                "a thread that is left in a stranger's namespace serves the stranger");
    }

    @Test
    void noTwoPackagesNeedEachOther() {
        check(
                slices().matching("io.metaplugins.(**)").should().beFreeOfCycles(),
                "packages that need each other are one package");
    }

    @Test
    void eachPackageIsNullMarked() {
        List<String> unmarked = new ArrayList<>();
        for (String root : List.of(AGENT, COMMAND)) {
            for (JavaPackage each : all.getPackage(root).getSubpackagesInTree()) {
                if (!each.getClasses().isEmpty() && !each.isAnnotatedWith(NullMarked.class)) {
                    unmarked.add(each.getName());
                }
            }
        }
        assertThat(unmarked).as("a package without @NullMarked is not checked for null").isEmpty();
    }

    private void check(ArchRule rule, String because) {
        rule.because(because).check(all);
    }

    private static ArchRule no(String from, String... to) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to);
    }
}
