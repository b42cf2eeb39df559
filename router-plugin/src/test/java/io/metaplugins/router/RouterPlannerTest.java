package io.metaplugins.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.plan.Plan;
import io.metaplugins.testkit.Situation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file of {@code plans/} is one {@link Situation}. */
class RouterPlannerTest {
    static Stream<Path> situations() throws IOException {
        return Situation.files();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void comesToTheCommandsOfThePicture(Path file) throws IOException {
        Situation situation = situation(file);

        assertThat(situation.rendered()).isEqualTo(situation.script());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void comesOutTheSameOnceItIsCarriedOut(Path file) throws IOException {
        Situation situation = situation(file);
        Plan first = situation.plan();

        Plan second = situation.after(first).plan();

        assertThat(second).isEqualTo(first);
    }

    private static Situation situation(Path file) throws IOException {
        return Situation.read(
                file, (reader, nic) -> new RouterPlanner(RouterConfig.read(reader), nic));
    }
}
