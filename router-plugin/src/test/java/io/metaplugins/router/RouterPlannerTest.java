package io.metaplugins.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.engine.IpScript;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Where;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.testkit.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file of {@code plans/} is one situation: a configuration, what the kernel shows, and the
 * commands that the plan comes to. To write the last part anew after a change that is meant, run
 * with {@code -Dplans.write=true} and read the difference.
 */
class RouterPlannerTest {
    private static final Path PLANS = Path.of("src/test/resources/plans");

    static Stream<Path> situations() throws IOException {
        try (Stream<Path> files = Files.list(PLANS)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void comesToTheCommandsOfThePicture(Path file) throws IOException {
        Situation situation = Situation.read(file);
        String script = situation.rendered();

        if (Boolean.getBoolean("plans.write")) {
            Files.writeString(file, situation.head() + "plan\n" + script);
        }
        assertThat(script).isEqualTo(Situation.read(file).script());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void comesOutTheSameOnceItIsCarriedOut(Path file) throws IOException {
        Situation situation = Situation.read(file);
        Plan first = situation.plan();

        Plan second = situation.after(first).plan();

        assertThat(second).isEqualTo(first);
    }

    /** One file, taken apart. */
    private record Situation(
            String head,
            RouterConfig config,
            ChainedNic nic,
            World host,
            World container,
            String script) {

        static Situation read(Path file) throws IOException {
            String text = Files.readString(file);
            int split = text.indexOf("\nplan\n") + 1;
            String head = text.substring(0, split);
            ConfigReader reader = ConfigReader.parse(String.join("", section(head, "config")));
            RouterConfig config = RouterConfig.read(reader);
            reader.finish();
            return new Situation(
                    head,
                    config,
                    nic(head),
                    World.of(section(head, "host")),
                    World.of(section(head, "container")),
                    text.substring(split + "plan\n".length()));
        }

        private static List<String> section(String head, String name) {
            return head.lines()
                    .dropWhile(line -> !line.equals(name))
                    .skip(1)
                    .takeWhile(line -> line.isEmpty() || line.startsWith(" "))
                    .toList();
        }

        private static ChainedNic nic(String head) {
            String line = head.lines().filter(l -> l.startsWith("nic ")).findFirst().orElseThrow();
            Deque<String> words = new ArrayDeque<>(Arrays.asList(line.split(" ")));
            words.remove();
            InterfaceName name = new InterfaceName(words.remove());
            List<Cidr> addresses = new ArrayList<>();
            List<IpAddress> gateways = new ArrayList<>();
            Set<IpFamily> defaults = EnumSet.noneOf(IpFamily.class);
            while (!words.isEmpty()) {
                String word = words.remove();
                switch (word) {
                    case "gateway" -> gateways.add(IpAddress.parse(words.remove()));
                    case "default" -> defaults.add(IpFamily.IPV4);
                    case "default6" -> defaults.add(IpFamily.IPV6);
                    default -> addresses.add(Cidr.parse(word));
                }
            }
            return new ChainedNic(name, addresses, gateways, defaults);
        }

        Situation after(Plan plan) {
            return new Situation(
                    head,
                    config,
                    nic,
                    host.after(plan, Where.HOST),
                    container.after(plan, Where.CONTAINER),
                    script);
        }

        String rendered() {
            return IpScript.of(plan(), observation(), Path.of("/run/netns/pod"));
        }

        Plan plan() {
            return new RouterPlanner(config, nic).plan(observation());
        }

        /** As the plugin does it: questions until there are no new ones. */
        private Observation observation() {
            Planner planner = new RouterPlanner(config, nic);
            Observation seen = Observation.NONE;
            Questions questions = planner.questions(seen);
            Questions before;
            do {
                before = questions;
                seen =
                        new Observation(
                                host.answer(before.host()), container.answer(before.container()));
                questions = planner.questions(seen);
            } while (!questions.equals(before));
            return seen;
        }
    }
}
