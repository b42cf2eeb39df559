package io.metaplugins.e2e;

import io.metaplugins.net.IpFamily;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Goes along flows, and tells which were answered and what path they took. */
final class Walk {
    private static final int FIRST_NUMBER = 10_000;
    private static final int NUMBERS = 20_000;

    /** A server that is asked by many at once may hear some only at their second try. */
    private static final int PATIENCE_SECONDS = 3;

    /** Each step prints its number if its data came back; neighbours are asked for anew. */
    private static final String STEPS =
            """
            at() { n=$1; shift; nsenter --net=/run/netns/$n -- "$@"; }
            forget() { for n in node1 node2 gateway outside pod; do ip -n $n neighbour flush all; done; }
            ping_() { at $1 ping $3 -nq -c1 -W$patience -e $4 $5 $2 >/dev/null; }
            tcp() { [ "$(echo $4 | at $1 nc $3 -n -w$patience -W1 -p $4 $6 $2 $5)" = $4 ]; }
            """;

    private final Cluster cluster;
    private int lastNumber = FIRST_NUMBER;

    Walk(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * What came of each flow, in their order: each as it went, or as failed.
     *
     * @param together all at once, which is better where many are not answered
     */
    List<Flow> along(List<Flow> flows, IpFamily family, boolean together) {
        StringBuilder script = new StringBuilder(STEPS).append("forget\n");
        script.append("patience=").append(PATIENCE_SECONDS).append('\n');
        script.append(Witness.FORGET);
        List<Integer> numbers = new ArrayList<>();
        for (Flow flow : flows) {
            int number = nextNumber();
            numbers.add(number);
            script.append(step(flow, family, number)).append(together ? " &\n" : "\n");
        }
        script.append("wait\n");
        script.append("echo witness\nat pod nft -j list ").append(Witness.TABLE).append('\n');
        String[] printed = cluster.sandbox().run(script.toString()).split("witness\n", 2);
        Set<String> answered = new HashSet<>(printed[0].lines().toList());
        Witness witness = Witness.read(printed[1]);
        List<Flow> seen = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            seen.add(observed(flows.get(i), numbers.get(i), answered, witness));
        }
        return seen;
    }

    private static Flow observed(Flow flow, int number, Set<String> answered, Witness witness) {
        if (!answered.contains(Integer.toString(number))) {
            return Flow.failed(flow.from(), flow.to());
        }
        return new Flow(flow.from(), flow.to(), witness.out(number), witness.in(number));
    }

    private String step(Flow flow, IpFamily family, int number) {
        String netns = flow.from().netns();
        String to = cluster.address(flow.to(), family);
        String source = flow.from().isBound() ? cluster.address(flow.from(), family) : "";
        StringBuilder line = new StringBuilder("{ ");
        if (!flow.to().isService()) {
            line.append("ping_ %s %s %s %d".formatted(netns, to, family.flag(), number));
            line.append(source.isEmpty() ? " && " : " -I" + source + " && ");
        }
        line.append(
                "tcp %s %s %s %d %d".formatted(netns, to, family.flag(), number, flow.to().port()));
        line.append(source.isEmpty() ? "" : " -s" + source);
        return line.append(" && echo ").append(number).append(" || :; }").toString();
    }

    private int nextNumber() {
        lastNumber = FIRST_NUMBER + (lastNumber - FIRST_NUMBER + 1) % NUMBERS;
        return lastNumber;
    }
}
