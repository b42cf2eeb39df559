package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Frames as {@code tcpdump -xx} showed them between two hosts on Linux 6.18, A with 10.0.0.1 and
 * fd00::1, B with 10.0.0.2 and fd00::2.
 */
class FrameTest {
    private static final MacAddress A = MacAddress.parse("02:00:00:00:00:0a");
    private static final MacAddress B = MacAddress.parse("02:00:00:00:00:0b");
    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:0c");
    private static final IpAddress A4 = IpAddress.parse("10.0.0.1");
    private static final IpAddress B4 = IpAddress.parse("10.0.0.2");
    private static final IpAddress A6 = IpAddress.parse("fd00::1");
    private static final IpAddress B6 = IpAddress.parse("fd00::2");

    private static final int MUTATIONS = 200_000;

    enum Captured {
        REQUEST(
                """
                ffff ffff ffff 0200 0000 000a 0806 0001
                0800 0604 0001 0200 0000 000a 0a00 0001
                0000 0000 0000 0a00 0002
                """),
        REPLY(
                """
                0200 0000 000a 0200 0000 000b 0806 0001
                0800 0604 0002 0200 0000 000b 0a00 0002
                0200 0000 000a 0a00 0001
                """),
        SOLICITATION(
                """
                3333 ff00 0002 0200 0000 000a 86dd 6000
                0000 0020 3aff fd00 0000 0000 0000 0000
                0000 0000 0001 ff02 0000 0000 0000 0000
                0001 ff00 0002 8700 7d8e 0000 0000 fd00
                0000 0000 0000 0000 0000 0000 0002 0101
                0200 0000 000a
                """),
        /** To A, which asked. */
        ADVERTISEMENT(
                """
                0200 0000 000a 0200 0000 000b 86dd 6000
                0000 0020 3aff fd00 0000 0000 0000 0000
                0000 0000 0002 fd00 0000 0000 0000 0000
                0000 0000 0001 8800 1c91 6000 0000 fd00
                0000 0000 0000 0000 0000 0000 0002 0201
                0200 0000 000b
                """),
        /** From ::, with the nonce of RFC 7527. */
        DAD(
                """
                3333 ff00 0002 0200 0000 000a 86dd 6000
                0000 0020 3aff 0000 0000 0000 0000 0000
                0000 0000 0000 ff02 0000 0000 0000 0000
                0001 ff00 0002 8700 5cf6 0000 0000 fd00
                0000 0000 0000 0000 0000 0000 0002 0e01
                604c 880b 2a4c
                """),
        /** To all nodes, with the override flag alone: what an unsolicited one is too. */
        ANSWER_TO_DAD(
                """
                3333 0000 0001 0200 0000 000b 86dd 6000
                0000 0020 3aff fd00 0000 0000 0000 0000
                0000 0000 0002 ff02 0000 0000 0000 0000
                0000 0000 0001 8800 5a8f 2000 0000 fd00
                0000 0000 0000 0000 0000 0000 0002 0201
                0200 0000 000b
                """);

        private final String text;

        Captured(String text) {
            this.text = text.replaceAll("\\s", "");
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(text);
        }
    }

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void isWrittenAsTheKernelWritesIt() {
        assertThat(bytes(Arp.request(A, A4, B4))).isEqualTo(Captured.REQUEST.bytes());
        assertThat(bytes(Ndp.solicitation(A, A6, B6))).isEqualTo(Captured.SOLICITATION.bytes());
        assertThat(bytes(Ndp.announcement(B, B6))).isEqualTo(Captured.ANSWER_TO_DAD.bytes());
    }

    private static byte[] bytes(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    @Test
    void tellsWhoHoldsWhatAndWhoWouldLikeTo() {
        assertThat(read(Captured.REQUEST.bytes()))
                .containsExactly(new Sighting(A4, A, Evidence.ARP_REQUEST));
        assertThat(read(Captured.REPLY.bytes()))
                .containsExactly(new Sighting(B4, B, Evidence.ARP_REPLY));
        assertThat(read(Captured.ADVERTISEMENT.bytes()))
                .containsExactly(new Sighting(B6, B, Evidence.ADVERTISEMENT));
        assertThat(read(Captured.ANSWER_TO_DAD.bytes()))
                .containsExactly(new Sighting(B6, B, Evidence.ADVERTISEMENT));
        assertThat(read(Captured.DAD.bytes()))
                .containsExactly(new Sighting(B6, A, Evidence.DAD_SOLICITATION));
        assertThat(read(bytes(Arp.request(A, Arp.NOBODY, B4))))
                .containsExactly(new Sighting(B4, A, Evidence.ARP_PROBE));
    }

    /** Who asks for a neighbour's MAC address does not want to be that neighbour. */
    @Test
    void aQuestionAboutANeighbourIsNoProbe() {
        assertThat(read(Captured.SOLICITATION.bytes())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Captured.class)
    void aNicsOwnFramesTellNothing(Captured captured) {
        MacAddress sender = Ethernet.source(ByteBuffer.wrap(captured.bytes()));
        assertThat(read(captured.bytes(), sender)).isEmpty();
    }

    /** As when a switch, or a proxy, answers in the name of the NIC. */
    @Test
    void whatOthersTellAboutTheNicTellsNothing() {
        for (Captured each : List.of(Captured.REPLY, Captured.ANSWER_TO_DAD)) {
            byte[] relayed = each.bytes();
            relayed[11] = 0x0d;
            assertThat(read(relayed, B)).isEmpty();
            assertThat(read(relayed)).extracting(Sighting::holder).containsExactly(B);
            MacAddress relay = Ethernet.source(ByteBuffer.wrap(relayed));
            assertThat(read(relayed, relay)).as("the NIC relayed it itself").isEmpty();
        }
    }

    /** Ethernet fills up frames that are shorter than 60 bytes. */
    @ParameterizedTest
    @EnumSource(Captured.class)
    void paddingDoesNotMatter(Captured captured) {
        byte[] padded = Arrays.copyOf(captured.bytes(), captured.bytes().length + 18);
        assertThat(read(padded)).isEqualTo(read(captured.bytes()));
    }

    @ParameterizedTest
    @EnumSource(Captured.class)
    void aFrameCutShortTellsNothing(Captured captured) {
        for (int length = 0; length < captured.bytes().length; length++) {
            assertThat(read(Arrays.copyOf(captured.bytes(), length)))
                    .as(length + " bytes")
                    .isEmpty();
        }
    }

    /** The checksum is over addresses, length and message. */
    @ParameterizedTest
    @EnumSource(names = {"ADVERTISEMENT", "DAD", "ANSWER_TO_DAD"})
    void aDamagedMessageTellsNothing(Captured captured) {
        for (int bit = 22 * Byte.SIZE; bit < captured.bytes().length * Byte.SIZE; bit++) {
            byte[] damaged = captured.bytes();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(read(damaged)).as("bit " + bit).isEmpty();
        }
    }

    @Test
    void whatCameThroughARouterTellsNothing() {
        byte[] routed = Captured.ANSWER_TO_DAD.bytes();
        routed[21]--;
        assertThat(read(routed)).isEmpty();
    }

    @Test
    void anOptionWithoutLengthMakesAMessageInvalid() {
        byte[] endless = Captured.ANSWER_TO_DAD.bytes();
        endless[79]--;
        endless[81]++; // For the checksum, which must not be the reason.
        assertThat(read(endless)).isEmpty();
        endless[79] = 2;
        endless[81]--;
        endless[81]--;
        assertThat(read(endless)).as("longer than the message").isEmpty();
    }

    @Test
    void noBytesBringItDown() {
        for (int round = 0; round < MUTATIONS; round++) {
            Captured captured = Captured.values()[random.nextInt(Captured.values().length)];
            byte[] frame = Arrays.copyOf(captured.bytes(), 14 + random.nextInt(80));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            readOrFail(frame);
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            if (noise.length >= 14) {
                System.arraycopy(captured.bytes(), 12, noise, 12, 2);
            }
            readOrFail(noise);
        }
    }

    private void readOrFail(byte[] frame) {
        try {
            List<Sighting> _ = read(frame);
        } catch (RuntimeException e) {
            fail("seed " + seed + ": " + HexFormat.ofDelimiter(" ").formatHex(frame), e);
        }
    }

    private static List<Sighting> read(byte[] frame) {
        return read(frame, OWN);
    }

    private static List<Sighting> read(byte[] frame, MacAddress own) {
        Sighting seen =
                Ethernet.read(
                        ByteBuffer.wrap(frame),
                        new Nic(new InterfaceName("net1"), 2, own, Set.of()));
        return seen == null ? List.of() : List.of(seen);
    }
}
