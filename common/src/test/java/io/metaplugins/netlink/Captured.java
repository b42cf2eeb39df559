package io.metaplugins.netlink;

import io.metaplugins.net.InterfaceName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Messages as {@code strace -e read=3 -e write=3 ip …} showed them on amd64, on a pair of
 * interfaces v0 (7) and v1 (8). Their numbers are set to 1.
 */
final class Captured {
    static final InterfaceName V0 = new InterfaceName("v0");
    static final InterfaceName V1 = new InterfaceName("v1");

    static final int NLM_F_CREATE_EXCL = 0x600;

    static final Interfaces INTERFACES =
            new Interfaces() {
                @Override
                public @Nullable InterfaceName name(int index) {
                    return switch (index) {
                        case 7 -> V0;
                        case 8 -> V1;
                        default -> null;
                    };
                }

                @Override
                public int index(InterfaceName name) {
                    return name.equals(V0) ? 7 : 8;
                }
            };

    private Captured() {}

    /** Bytes in hexadecimal; what follows a bar explains them. */
    static byte[] bytes(String text) {
        StringBuilder digits = new StringBuilder();
        for (String line : text.lines().toList()) {
            int bar = line.indexOf('|');
            digits.append(bar < 0 ? line : line.substring(0, bar));
        }
        return HexFormat.of().parseHex(digits.toString().replace(" ", ""));
    }

    static Message message(String text) {
        return Message.parse(ByteBuffer.wrap(bytes(text))).getFirst();
    }

    /** A request as {@code ip} sends it: numbered, and asking for an acknowledgement. */
    static Message sent(Message request) {
        ByteBuffer datagram =
                ByteBuffer.allocate(request.paddedBytes()).order(ByteOrder.nativeOrder());
        request.appendTo(datagram, 1, Message.NLM_F_ACK);
        return Message.parse(datagram.flip()).getFirst();
    }
}
