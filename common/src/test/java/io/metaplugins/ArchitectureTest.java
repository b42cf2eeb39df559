package io.metaplugins;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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

/** The arrows between the packages, each with its reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // To read the classes takes seconds.
class ArchitectureTest {
    private static final String ROOT = "io.metaplugins";

    private final JavaClasses all =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(ROOT);

    /** Else all rules below would hold for nothing. */
    @Test
    void sawTheClasses() {
        assertThat(all.size()).isGreaterThan(60);
    }

    @Test
    void valuesDependOnNothing() {
        check(only("net"), "values are for everyone, and must be testable by themselves");
    }

    @Test
    void nounsDependOnValues() {
        check(only("kernel", "net"), "plans and codecs share the nouns, and know different worlds");
    }

    @Test
    void plansDependOnNounsAndValues() {
        check(
                only("plan", "kernel", "net"),
                "a planner is pure: what it wishes for must not depend on how it is carried out");
    }

    @Test
    void factsAboutPodsDependOnWhatPlansDoAndOnPlans() {
        check(
                only("pod", "plan", "kernel", "net"),
                "what planners share is as pure as the planners are");
    }

    @Test
    void theEngineDependsOnPlans() {
        check(
                only("engine", "plan", "kernel", "net", "json"),
                "the engine knows the kernel as an interface, and bytes not at all");
    }

    @Test
    void theCodecDependsOnNounsAndTheEnginesInterface() {
        check(
                only("netlink", "engine", "kernel", "net", "netns", "libc"),
                "netlink carries out changes, and must not know why");
    }

    @Test
    void namespacesDependOnTheCLibrary() {
        check(only("netns", "libc"), "who enters a namespace must be easy to read");
    }

    @Test
    void theCLibraryDependsOnNothing() {
        check(only("libc"), "the seam to native code is to be replaced whole, or not at all");
    }

    @Test
    void probesDependOnValuesAndSockets() {
        check(
                only("probe", "net", "netns", "libc"),
                "what is asked on the wire leaves no state, and so no plan needs to know it");
    }

    @Test
    void theProtocolDependsOnValuesAndTheLog() {
        check(
                only("cni", "net", "log", "json"),
                "what a runtime asks has nothing to do with how the kernel is changed");
    }

    @Test
    void jsonDependsOnNothing() {
        check(only("json"), "text is turned into trees whatever they mean");
    }

    @Test
    void theLogDependsOnNothing() {
        check(only("log"), "everything may log");
    }

    @Test
    void onlyLibcUsesJnr() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(inside("libc"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("jnr.."),
                "a change of the bridge to native code must be a change of one class");
    }

    @Test
    void onlyCallsTakesAddresses() {
        check(
                noClasses()
                        .that()
                        .doNotHaveFullyQualifiedName("io.metaplugins.libc.Calls")
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("java.lang.foreign.MemorySegment"),
                "an address keeps no buffer in memory, so whoever takes one must see to that");
    }

    @Test
    void onlyNetnsMovesThreads() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(inside("netns"))
                        .should()
                        .callMethod(Libc.class, "setns", int.class, int.class)
                        .orShould()
                        .callMethod(ServerLibc.class, "unshare", int.class),
                "a thread that is left in a stranger's namespace serves the stranger");
    }

    @Test
    void onlyTheProtocolAndTheLedgerReadJson() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(inside("cni"), inside("engine"), inside("json"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("com.fasterxml.jackson.."),
                "a value must not know in which formats it is written");
    }

    @Test
    void onlyTheLogIsSetUpWithLog4jCore() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(inside("log"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.apache.logging.log4j.core.."),
                "log4j-core is half of the start-up time, and must be loaded for a reason");
    }

    @Test
    void onlyValuesUseCommonsNet() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(inside("net"))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.apache.commons.net.."),
                "a prefix is a Cidr, whoever does its arithmetic");
    }

    @Test
    void noTwoPackagesNeedEachOther() {
        check(
                slices().matching(ROOT + ".(*)..").should().beFreeOfCycles(),
                "packages that need each other are one package");
    }

    @Test
    void eachPackageIsNullMarked() {
        List<String> unmarked = new ArrayList<>();
        for (JavaPackage each : all.getPackage(ROOT).getSubpackagesInTree()) {
            if (!each.getClasses().isEmpty() && !each.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(each.getName());
            }
        }
        assertThat(unmarked).as("a package without @NullMarked is not checked for null").isEmpty();
    }

    private void check(ArchRule rule, String because) {
        rule.because(because).check(all);
    }

    /** Of our own packages, the first needs none but itself and those behind it. */
    private static ArchRule only(String name, String... allowed) {
        List<String> packages = new ArrayList<>(List.of(inside(name)));
        for (String each : allowed) {
            packages.add(inside(each));
        }
        return classes()
                .that()
                .resideInAPackage(inside(name))
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage(ROOT + "..")
                                .or(resideInAnyPackage(packages.toArray(String[]::new))));
    }

    private static String inside(String name) {
        return ROOT + "." + name + "..";
    }
}
