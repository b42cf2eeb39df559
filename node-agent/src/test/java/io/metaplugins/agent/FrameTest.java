package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each run draws anew; a failure tells the seed, or the bytes. */
class FrameTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ROUNDS = 5_000;
    private static final int MUTATIONS = 100_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private String seed() {
        return "seed " + seed;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] header(byte[] message) {
        return Arrays.copyOf(message, Frame.HEADER_BYTES);
    }

    /** The bytes are those of the manual's page on the protocol. */
    @Test
    void isLittleEndianAndBeginsWithItsName() {
        assertThat(new Frame(1, Frame.CONTROL, new byte[] {'x', 0}).bytes())
                .isEqualTo(HEX.parseHex("4d504c47" + "0100" + "0400" + "02000000" + "7800"));
        assertThat(Refusal.BUSY.frame(2, "no").bytes())
                .isEqualTo(
                        HEX.parseHex(
                                "4d504c47"
                                        + "0200"
                                        + "0300"
                                        + "06000000"
                                        + "0200"
                                        + "0100"
                                        + "6e6f"));
    }

    @Test
    void aHeaderSaysWhatWasWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = bytes(random.nextInt(300));
            Frame frame = new Frame(random.nextInt(1 << 16), random.nextInt(1 << 16), body);
            byte[] message = frame.bytes();

            assertThat(Frame.Header.read(header(message)))
                    .as(seed())
                    .isEqualTo(new Frame.Header(frame.version(), frame.kind(), body.length));
            assertThat(message).as(seed()).hasSize(Frame.HEADER_BYTES + body.length).endsWith(body);
        }
    }

    @Test
    void aMessageThatIsTooLongIsToldByItsLength() {
        String start = "4d504c47" + "0100" + "0100";

        assertThat(Frame.Header.read(HEX.parseHex(start + "00001200")).length())
                .isEqualTo(Frame.MAX_BODY_BYTES);
        assertThatThrownBy(() -> Frame.Header.read(HEX.parseHex(start + "01001200")))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("1179649 bytes");
        assertThatThrownBy(() -> Frame.Header.read(HEX.parseHex(start + "ffffffff")))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("4294967295 bytes");
    }

    @Test
    void anExecutionIsReadAsItWasExecuted() {
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, String> environment = environment();
            byte[] input = bytes(random.nextInt(300));

            Execution read =
                    Execution.read(body(List.of("router", "launcher"), environment, input));

            assertThat(read.names()).as(seed()).containsExactly("router", "launcher");
            assertThat(read.environment()).as(seed()).isEqualTo(environment);
            assertThat(read.input()).as(seed()).isEqualTo(input);
            assertThat(read.container()).isEqualTo(environment.getOrDefault("CNI_CONTAINERID", ""));
        }
    }

    /** Values may be empty, and have anything in them but a zero. */
    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        for (String name : List.of("CNI_COMMAND", "CNI_CONTAINERID", "CNI_ARGS", "TRACEPARENT")) {
            if (random.nextBoolean()) {
                StringBuilder value = new StringBuilder();
                for (int length = random.nextInt(20); length > 0; length--) {
                    value.append((char) random.nextInt(1, 0x800));
                }
                environment.put(name, value.toString());
            }
        }
        return environment;
    }

    private static byte[] body(List<String> names, Map<String, String> environment, byte[] input) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        names.forEach(name -> put(body, name));
        environment.forEach((name, value) -> put(body, name + "=" + value));
        put(body, "");
        body.writeBytes(input);
        return body.toByteArray();
    }

    private static void put(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        body.write(0);
    }

    @Test
    void noBytesAtAllAreMoreThanMalformed() {
        byte[] input = "{\"cniVersion\": \"1.0.0\"}".getBytes(StandardCharsets.US_ASCII);
        Map<String, String> environment = Map.of("CNI_COMMAND", "ADD", "CNI_CONTAINERID", "c0ffee");
        byte[] valid =
                new Frame(1, Frame.EXECUTE, body(List.of("router", "router"), environment, input))
                        .bytes();
        for (int count = 0; count < MUTATIONS; count++) {
            byte[] mutated = mutated(valid);
            try {
                read(mutated);
            } catch (MalformedFrameException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            } catch (RuntimeException e) {
                fail(seed() + ": " + HEX.formatHex(mutated), e);
            }
        }
    }

    private static void read(byte[] message) {
        Frame.Header header = Frame.Header.read(header(message));
        assertThat(header.length()).isBetween(0, Frame.MAX_BODY_BYTES);
        byte[] body = Arrays.copyOfRange(message, Frame.HEADER_BYTES, message.length);
        assertThat(new Execution.Strings(body).next()).isNotNull();
        assertThat(Execution.read(body).names()).hasSize(2);
    }

    private byte[] mutated(byte[] valid) {
        byte[] bytes = valid.clone();
        for (int changes = random.nextInt(1, 8); changes > 0; changes--) {
            // The header as often as all the rest.
            int where = random.nextInt(random.nextBoolean() ? Frame.HEADER_BYTES : bytes.length);
            bytes[where] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0);
        }
        return random.nextInt(4) > 0
                ? bytes
                : Arrays.copyOf(bytes, random.nextInt(Frame.HEADER_BYTES, bytes.length + 64));
    }
}
