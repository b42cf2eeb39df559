package io.metaplugins.testkit;

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
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * A situation from which a planner plans, and the commands that its plan comes to: a file of {@code
 * plans/} with a configuration, what the kernel shows, and the script. To write the scripts anew
 * after a change that is meant, run with {@code -Dplans.write=true} and read the difference.
 */
public final class Situation {
    private static final Path PLANS = Path.of("src/test/resources/plans");
    private static final String PLAN = "plan\n";

    private final Path file;
    private final String head;
    private final Planner planner;
    private final World host;
    private final World container;

    private Situation(Path file, String head, Planner planner, World host, World container) {
        this.file = file;
        this.head = head;
        this.planner = planner;
        this.host = host;
        this.container = container;
    }

    /** The files of the module that is tested. */
    public static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(PLANS)) {
            return files.sorted().toList().stream();
        }
    }

    /**
     * Reads a file.
     *
     * @param planner makes the planner of a configuration, which it must read to its end, and a NIC
     */
    public static Situation read(Path file, BiFunction<ConfigReader, ChainedNic, Planner> planner)
            throws IOException {
        String text = Files.readString(file);
        String head = text.substring(0, text.indexOf("\n" + PLAN) + 1);
        ConfigReader reader = ConfigReader.parse(String.join("", section(head, "config")));
        Planner made = planner.apply(reader, nic(head));
        reader.finish();
        return new Situation(
                file,
                head,
                made,
                World.of(section(head, "host")),
                World.of(section(head, "container")));
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

    /** The script that the file has, which is written into it before if that is asked for. */
    public String script() throws IOException {
        if (Boolean.getBoolean("plans.write")) {
            Files.writeString(file, head + PLAN + rendered());
        }
        return Files.readString(file).substring(head.length() + PLAN.length());
    }

    /** The script that the plan comes to. */
    public String rendered() {
        return IpScript.of(plan(), observation(), Path.of("/run/netns/pod"));
    }

    /** The plan. */
    public Plan plan() {
        return planner.plan(observation());
    }

    /** The situation once a plan is carried out. */
    public Situation after(Plan plan) {
        return new Situation(
                file,
                head,
                planner,
                host.after(plan, Where.HOST),
                container.after(plan, Where.CONTAINER));
    }

    /** As the plugins do it: questions until there are no new ones. */
    private Observation observation() {
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
