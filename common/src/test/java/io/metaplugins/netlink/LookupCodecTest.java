package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.INTERFACES;
import static io.metaplugins.netlink.Captured.V0;
import static io.metaplugins.netlink.Captured.V1;
import static io.metaplugins.netlink.Captured.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Packet;
import io.metaplugins.kernel.Route;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.TableId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class LookupCodecTest {
    private static final Packet MARKED =
            new Packet(IpAddress.parse("10.7.0.1"), IpAddress.parse("10.1.0.2"), 7, null);
    private static final Packet IPV6 = new Packet(IpAddress.parse("fd07::1"), null, 7, null);

    private final LookupCodec codec = new LookupCodec(INTERFACES);

    // ip route get 10.7.0.1 from 10.1.0.2 mark 7
    @Test
    void asksAsIpDoes() {
        assertThat(unacknowledged(codec.way(MARKED)))
                .isEqualTo(
                        message(
                                """
                                34 00 00 00 1a 00 01 00 01 00 00 00 00 00 00 00 | RTM_GETROUTE
                                02 20 20 00 00 00 00 00 00 10 00 00             | RTM_F_LOOKUP_TABLE
                                08 00 01 00 0a 07 00 01                         | RTA_DST
                                08 00 02 00 0a 01 00 02                         | RTA_SRC
                                08 00 10 00 07 00 00 00                         | RTA_MARK
                                """));
    }

    // ip route get fibmatch fd07::1 mark 7
    @Test
    void asksForTheRouteOfTheTableAsIpDoes() {
        assertThat(unacknowledged(codec.route(IPV6)))
                .isEqualTo(
                        message(
                                """
                                38 00 00 00 1a 00 01 00 01 00 00 00 00 00 00 00             | RTM_GETROUTE
                                0a 80 00 00 00 00 00 00 00 20 00 00                         | RTM_F_FIB_MATCH
                                14 00 01 00 fd 07 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | RTA_DST
                                08 00 10 00 07 00 00 00                                     | RTA_MARK
                                """));
    }

    // ip route get 10.9.0.1 from 192.0.2.1 iif v1
    @Test
    void asksForWhatIsForwardedAsIpDoes() {
        Packet forwarded =
                new Packet(IpAddress.parse("10.9.0.1"), IpAddress.parse("192.0.2.1"), 0, V1);
        assertThat(unacknowledged(codec.way(forwarded)))
                .isEqualTo(
                        message(
                                """
                                34 00 00 00 1a 00 01 00 01 00 00 00 00 00 00 00 | RTM_GETROUTE
                                02 20 20 00 00 00 00 00 00 10 00 00             | RTM_F_LOOKUP_TABLE
                                08 00 01 00 0a 09 00 01                         | RTA_DST
                                08 00 02 00 c0 00 02 01                         | RTA_SRC
                                08 00 03 00 08 00 00 00                         | RTA_IIF
                                """));
    }

    @Test
    void readsTheWayOfAnIpv4Packet() {
        Route way =
                codec.readWay(
                        message(
                                """
                                78 00 00 00 18 00 00 00 01 00 00 00 12 00 00 00 | RTM_NEWROUTE
                                02 20 20 00 fc 00 00 01 00 02 00 00             | RTM_F_CLONED
                                08 00 0f 00 f4 01 00 00                         | RTA_TABLE
                                08 00 01 00 0a 07 00 01                         | RTA_DST
                                08 00 02 00 0a 01 00 02                         | RTA_SRC
                                08 00 04 00 07 00 00 00                         | RTA_OIF
                                08 00 05 00 0a 01 00 01                         | RTA_GATEWAY
                                08 00 10 00 07 00 00 00                         | RTA_MARK
                                08 00 19 00 00 00 00 00                         | RTA_UID
                                24 00 0c 00 02 00 00 00 00 00 00 00 00 00 00 00 | RTA_CACHEINFO
                                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 |
                                00 00 00 00                                     |
                                """));
        assertThat(way)
                .isEqualTo(
                        Route.via(
                                        Cidr.parse("10.7.0.1/32"),
                                        IpAddress.parse("10.1.0.1"),
                                        V0,
                                        new TableId(500))
                                .bare());
    }

    @Test
    void readsTheWayOfAnIpv6PacketAndItsSource() {
        Route way =
                codec.readWay(
                        message(
                                """
                                84 00 00 00 18 00 00 00 01 00 00 00 1c 00 00 00             | RTM_NEWROUTE
                                0a 80 80 00 64 03 00 01 00 00 00 00                         |
                                08 00 0f 00 64 00 00 00                                     | RTA_TABLE
                                14 00 01 00 fd 07 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | RTA_DST
                                14 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | RTA_SRC
                                14 00 07 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 02 | RTA_PREFSRC
                                08 00 06 00 00 04 00 00                                     | RTA_PRIORITY
                                14 00 05 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | RTA_GATEWAY
                                08 00 04 00 07 00 00 00                                     | RTA_OIF
                                """));
        assertThat(way)
                .isEqualTo(
                        Route.via(
                                        Cidr.parse("fd07::1/128"),
                                        IpAddress.parse("fd01::1"),
                                        V0,
                                        new TableId(100))
                                .bare()
                                .withSource(IpAddress.parse("fd01::2")));
    }

    @Test
    void readsTheRouteOfTheTable() {
        assertThat(
                        codec.readRoute(
                                message(
                                        """
                                        3c 00 00 00 18 00 00 00 01 00 00 00 17 00 00 00 | RTM_NEWROUTE
                                        02 10 00 00 fc 03 00 01 00 00 00 00             |
                                        08 00 0f 00 f4 01 00 00                         | RTA_TABLE
                                        08 00 01 00 0a 07 00 00                         | RTA_DST
                                        08 00 05 00 0a 01 00 01                         | RTA_GATEWAY
                                        08 00 04 00 07 00 00 00                         | RTA_OIF
                                        """)))
                .extracting(Object::toString)
                .containsExactly("route 10.7.0.0/16 via 10.1.0.1 dev v0 table 500");
    }

    @Test
    void refusesAWayToNowhereInParticular() {
        assertThatThrownBy(() ->
                        codec.readWay(
                                message(
                                        """
                                        1c 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |
                                        02 20 00 00 fe 00 00 01 00 00 00 00             | no RTA_DST
                                        """)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("destination");
    }

    private static Message unacknowledged(Message request) {
        ByteBuffer datagram =
                ByteBuffer.allocate(request.paddedBytes()).order(ByteOrder.nativeOrder());
        request.appendTo(datagram, 1, 0);
        return Message.parse(datagram.flip()).getFirst();
    }
}
