package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Requests that went wrong on their way, byte by byte; the seed makes each run the same. */
final class MutationTest {
    private static final int MUTANTS = 1_500;
    private static final long INTERNAL = 999;

    private static final byte[] REQUEST =
            """
            {"cniVersion": "1.1.0", "name": "lan", "type": "echo", "migrate_route": 1,
             "service_hijack_subnet": ["10.96.0.0/12", "fd00::/64"],
             "log_options": {"log_level": "info", "log_max_size": 1},
             "prevResult": {"cniVersion": "1.1.0",
               "interfaces": [{"name": "net1", "mac": "02:00:00:00:00:01", "mtu": 1500}],
               "ips": [{"interface": 0, "address": "172.18.24.120/16", "gateway": "172.18.0.1"}],
               "routes": [{"dst": "0.0.0.0/0", "table": 5, "scope": 253}],
               "dns": {"nameservers": ["10.0.0.1"], "domain": "x\\u00e9"}}}
            """
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void everyMutantIsAnsweredByOneDocumentAndNoneIsAnInternalError() {
        Random random = new Random(20260101);
        int refused = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] input = mutate(random);
            Execution execution =
                    Execution.of(new EchoPlugin(), List.of(), Execution.environment("ADD"), input);
            String description = new String(input, StandardCharsets.ISO_8859_1);
            assertThat(execution.stdout().lines()).as(description).hasSize(1);
            if (execution.status() != 0) {
                refused++;
                assertThat(execution.answer().get("code").longValue())
                        .as(description + execution.stdout())
                        .isNotEqualTo(INTERNAL);
            }
        }
        assertThat(refused).isBetween(MUTANTS / 4, MUTANTS - 1);
    }

    private static byte[] mutate(Random random) {
        byte[] input = REQUEST.clone();
        int changes = 1 + random.nextInt(3);
        for (int change = 0; change < changes; change++) {
            int place = random.nextInt(input.length);
            switch (random.nextInt(4)) {
                case 0 -> input[place] = (byte) random.nextInt(256);
                case 1 -> input[place] = (byte) "{}[]\",:0-9.eE\\/ux".charAt(random.nextInt(17));
                case 2 -> input = Arrays.copyOf(input, Math.max(1, place));
                default -> {
                    int from = random.nextInt(input.length);
                    int length = Math.min(random.nextInt(40), input.length - Math.max(from, place));
                    System.arraycopy(input.clone(), from, input, place, length);
                }
            }
        }
        return input;
    }
}
