package io.metaplugins.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.cni.ConfigReader;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.pod.ChainedNic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every planner. Each file of {@code plans/} is one {@link Situation}. */
public abstract class PlannerPictures {

    /** The planner of a configuration, which is read to its end, and a NIC. */
    protected abstract Planner planner(ConfigReader reader, ChainedNic nic);

    static Stream<Path> situations() throws IOException {
        return Situation.files();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    final void comesToTheCommandsOfThePicture(Path file) throws IOException {
        Situation situation = Situation.read(file, this::planner);

        assertThat(situation.rendered()).isEqualTo(situation.script());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    final void comesOutTheSameOnceItIsCarriedOut(Path file) throws IOException {
        Situation situation = Situation.read(file, this::planner);
        Plan first = situation.plan();

        Plan second = situation.after(first).plan();

        assertThat(second).isEqualTo(first);
    }
}
