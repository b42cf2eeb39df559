package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.INTERFACES;
import static io.metaplugins.netlink.Captured.NLM_F_CREATE_EXCL;
import static io.metaplugins.netlink.Captured.V0;
import static io.metaplugins.netlink.Captured.message;
import static io.metaplugins.netlink.Captured.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Neighbour;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import org.junit.jupiter.api.Test;

class NeighbourCodecTest {
    private static final Neighbour PERMANENT =
            Neighbour.permanent(
                            V0, IpAddress.parse("10.1.0.9"), MacAddress.parse("02:00:00:00:00:09"))
                    .withProtocol(199);

    private final NeighbourCodec codec = new NeighbourCodec(INTERFACES);

    // ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent protocol 199
    @Test
    void addsANeighbourAsIpDoes() {
        Message raw =
                message(
                        """
                        38 00 00 00 1c 00 05 06 01 00 00 00 00 00 00 00 | RTM_NEWNEIGH
                        02 00 00 00 07 00 00 00 80 00 00 00             | NUD_PERMANENT
                        05 00 0c 00 c7 00 00 00                         | NDA_PROTOCOL
                        08 00 01 00 0a 01 00 09                         | NDA_DST
                        0a 00 02 00 02 00 00 00 00 09 00 00             | NDA_LLADDR
                        """);
        assertThat(codec.read(raw)).isEqualTo(PERMANENT);
        assertThat(sent(codec.add(PERMANENT, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip neigh delete 10.1.0.9 dev v0; ip says a state too, which the kernel does not look at
    @Test
    void deletesANeighbourAsIpDoesButForItsState() {
        assertThat(sent(codec.delete(PERMANENT)))
                .isEqualTo(
                        message(
                                """
                                24 00 00 00 1d 00 05 00 01 00 00 00 00 00 00 00 | RTM_DELNEIGH
                                02 00 00 00 07 00 00 00 00 00 00 00             | NUD_NONE
                                08 00 01 00 0a 01 00 09                         | NDA_DST
                                """));
    }

    // ip neigh show dev v0
    @Test
    void readsANeighbour() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        54 00 00 00 1c 00 22 00 01 00 00 00 0b 00 00 00             | RTM_NEWNEIGH
                                        02 00 00 00 07 00 00 00 80 00 00 01                         | NUD_PERMANENT
                                        08 00 01 00 0a 01 00 09                                     | NDA_DST
                                        0a 00 02 00 02 00 00 00 00 09 00 00                         | NDA_LLADDR
                                        08 00 04 00 00 00 00 00                                     | NDA_PROBES
                                        14 00 03 00 01 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 | NDA_CACHEINFO
                                        05 00 0c 00 c7 00 00 00                                     | NDA_PROTOCOL
                                        """)))
                .isEqualTo(PERMANENT);
    }

    // ip neigh show dev v0
    @Test
    void passesOverAMulticastAddress() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        58 00 00 00 1c 00 22 00 01 00 00 00 0b 00 00 00             | RTM_NEWNEIGH
                                        0a 00 00 00 07 00 00 00 40 00 00 05                         | NUD_NOARP
                                        14 00 01 00 ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 16 | NDA_DST
                                        0a 00 02 00 33 33 00 00 00 16 00 00                         | NDA_LLADDR
                                        08 00 04 00 00 00 00 00                                     | NDA_PROBES
                                        14 00 03 00 70 17 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | NDA_CACHEINFO
                                        """)))
                .isNull();
    }

    @Test
    void readsOneThatIsStillAskedForWithoutItsMac() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        24 00 00 00 1c 00 02 00 01 00 00 00 00 00 00 00 | RTM_NEWNEIGH
                                        02 00 00 00 07 00 00 00 01 00 00 01             | NUD_INCOMPLETE
                                        08 00 01 00 0a 01 00 09                         | NDA_DST
                                        """)))
                .isEqualTo(new Neighbour(V0, IpAddress.parse("10.1.0.9"), null, false, 0));
    }

    @Test
    void saysWhatIsWrongWithABrokenMessage() {
        broken(
                """
                1c 00 00 00 1c 00 02 00 01 00 00 00 00 00 00 00 |
                02 00 00 00 07 00 00 00 80 00 00 01
                """,
                "a neighbour without an address");
        broken(
                """
                24 00 00 00 1c 00 02 00 01 00 00 00 00 00 00 00 |
                0a 00 00 00 07 00 00 00 80 00 00 01 | AF_INET6
                08 00 01 00 0a 01 00 09
                """,
                "attribute 1 has 4 bytes, not 16");
    }

    private void broken(String text, String why) {
        assertThatThrownBy(() -> codec.read(message(text)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(why);
    }
}
