package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.bytes;
import static io.metaplugins.netlink.Captured.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static List<Message> parse(String text) {
        return Message.parse(ByteBuffer.wrap(bytes(text)));
    }

    @Test
    void aDatagramMayHoldSeveralMessagesAndTheLastNeedsNoPadding() {
        List<Message> messages =
                parse(
                        """
                        11 00 00 00 03 00 02 00 01 00 00 00 4e 00 00 00 2a 00 00 00 |
                        11 00 00 00 ff ff 22 00 02 00 00 00 4e 00 00 00 2b          |
                        """);
        assertThat(messages).extracting(Message::type).containsExactly(3, 0xffff);
        assertThat(messages).extracting(Message::sequence).containsExactly(1, 2);
        assertThat(messages).extracting(Message::port).containsExactly(78, 78);
        assertThat(messages)
                .extracting(m -> m.payload().get(0))
                .containsExactly((byte) 42, (byte) 43);
        assertThat(messages).extracting(m -> m.payload().remaining()).containsExactly(1, 1);
    }

    @Test
    void messagesAreWrittenOneBehindTheOtherWithTheirGaps() {
        ByteBuffer datagram = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
        Message message = Message.request(24, 0x600, ByteBuffer.wrap(new byte[] {42}));
        message.appendTo(datagram, 1, 0);
        message.appendTo(datagram, 2, Message.NLM_F_ACK);
        assertThat(datagram.array())
                .isEqualTo(
                        bytes(
                                """
                                11 00 00 00 18 00 01 06 01 00 00 00 00 00 00 00 2a 00 00 00 |
                                11 00 00 00 18 00 05 06 02 00 00 00 00 00 00 00 2a 00 00 00 |
                                """));
    }

    @Test
    void refusesLengthsThatCannotBe() {
        assertThatThrownBy(() -> parse("10 00 00 00 03 00"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("a message's header has 16 bytes, not 6");
        assertThatThrownBy(() -> parse("0f 00 00 00 03 00 02 00 01 00 00 00 4e 00 00 00"))
                .hasMessage("a message claims 15 bytes of 16");
        assertThatThrownBy(() -> parse("ff ff ff ff 03 00 02 00 01 00 00 00 4e 00 00 00"))
                .hasMessage("a message claims 4294967295 bytes of 16");
    }

    // ip route add 10.8.0.0/16 via 192.0.2.1 dev v0
    @Test
    void readsTheKernelsWords() {
        Acknowledgement acknowledgement =
                Acknowledgement.parse(
                        message(
                                """
                                68 00 00 00 02 00 00 02 01 00 00 00 0f 00 00 00 | NLM_F_ACK_TLVS
                                9b ff ff ff                                     | -ENETUNREACH
                                34 00 00 00 18 00 05 06 01 00 00 00 00 00 00 00 | the request
                                02 10 00 00 fe 03 00 01 00 00 00 00             |
                                08 00 01 00 0a 08 00 00                         |
                                08 00 05 00 c0 00 02 01                         |
                                08 00 04 00 07 00 00 00                         |
                                20 00 01 00                                     | NLMSGERR_ATTR_MSG
                                4e 65 78 74 68 6f 70 20 68 61 73 20             | Nexthop has
                                69 6e 76 61 6c 69 64 20                         | invalid
                                67 61 74 65 77 61 79 00                         | gateway
                                """));
        assertThat(acknowledgement)
                .isEqualTo(new Acknowledgement(101, "Nexthop has invalid gateway"));
        assertThat(acknowledgement.refusal())
                .hasMessage("ENETUNREACH (kernel: Nexthop has invalid gateway)");
    }

    @Test
    void readsAnAcknowledgementWithoutWords() {
        Acknowledgement success =
                Acknowledgement.parse(
                        message(
                                """
                                24 00 00 00 02 00 00 01 01 00 00 00 0b 00 00 00 | NLM_F_CAPPED
                                00 00 00 00                                     |
                                58 00 00 00 18 00 05 06 01 00 00 00 00 00 00 00 | the request
                                """));
        assertThat(success.isSuccess()).isTrue();
        Acknowledgement end =
                Acknowledgement.parse(
                        message("14 00 00 00 03 00 02 00 01 00 00 00 4e 00 00 00 fe ff ff ff"));
        assertThat(end).isEqualTo(new Acknowledgement(2, null));
    }

    @Test
    void refusesAnAcknowledgementThatIsCutOff() {
        assertThatThrownBy(() ->
                        Acknowledgement.parse(
                                message("12 00 00 00 02 00 00 02 01 00 00 00 4e 00 00 00 fe ff")))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() ->
                        Acknowledgement.parse(
                                message(
                                        "14 00 00 00 02 00 00 02 01 00 00 00 4e 00 00 00 fe ff ff ff")))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() ->
                        Acknowledgement.parse(
                                message(
                                        "24 00 00 00 02 00 00 02 01 00 00 00 4e 00 00 00 fe ff ff ff"
                                                + "ff ff ff 7f 18 00 05 06 01 00 00 00 00 00 00 00")))
                .isInstanceOf(MalformedMessageException.class);
    }
}
