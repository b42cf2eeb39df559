package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.net.InterfaceName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The messages are those of {@code strace -e write=3 -e read=3 nft …} on amd64, numbered 1. */
class NftCodecTest {
    private static final NftChain NAT =
            NftChain.ours("nat", NftChain.Type.NAT, NftChain.Hook.POSTROUTING, 100);
    private static final NftChain REPLY =
            NftChain.ours("reply", NftChain.Type.FILTER, NftChain.Hook.PREROUTING, -150);
    private static final NftRule RANDOM =
            new NftRule(
                    NAT,
                    "d",
                    List.of(new NftRule.OfDirection(false), new NftRule.Masquerade(true)));
    private static final NftRule TRANSLATED =
            new NftRule(
                    NAT,
                    "e",
                    List.of(
                            new NftRule.OutInterface(new InterfaceName("eth0")),
                            new NftRule.DestinationTranslated(),
                            new NftRule.Masquerade(false)));

    private final NftCodec codec = new NftCodec();

    /** A request as {@code nft} sends it: numbered, and not to be acknowledged. */
    private static Message numbered(Message request) {
        ByteBuffer datagram =
                ByteBuffer.allocate(request.paddedBytes()).order(ByteOrder.nativeOrder());
        request.appendTo(datagram, 1, 0);
        return Message.parse(datagram.flip()).getFirst();
    }

    // nft add table inet meta-plugins
    @Test
    void addsATableAsNftDoes() {
        assertThat(numbered(codec.addTable("meta-plugins")))
                .isEqualTo(
                        message(
                                """
                                30 00 00 00 00 0a 01 04 01 00 00 00 00 00 00 00             | NFT_MSG_NEWTABLE
                                01 00 00 00                                                 | NFPROTO_INET
                                11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_TABLE_NAME
                                08 00 02 00 00 00 00 00                                     | NFTA_TABLE_FLAGS
                                """));
    }

    // nft 'add chain inet meta-plugins reply { type filter hook prerouting priority -150; }'
    @Test
    void addsAChainAsNftDoes() {
        Message raw =
                message(
                        """
                        54 00 00 00 03 0a 01 04 01 00 00 00 00 00 00 00             | NFT_MSG_NEWCHAIN
                        01 00 00 00                                                 |
                        11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_CHAIN_TABLE
                        0a 00 03 00 72 65 70 6c 79 00 00 00                         | NFTA_CHAIN_NAME
                        0b 00 07 00 66 69 6c 74 65 72 00 00                         | NFTA_CHAIN_TYPE
                        14 00 04 80                                                 | NFTA_CHAIN_HOOK
                        08 00 01 00 00 00 00 00                                     | NF_INET_PRE_ROUTING
                        08 00 02 00 ff ff ff 6a                                     | -150
                        """);
        assertThat(numbered(codec.addChain(REPLY))).isEqualTo(raw);
        assertThat(codec.readChain(raw)).isEqualTo(REPLY);
    }

    // nft 'add rule inet meta-plugins nat ct direction original masquerade fully-random comment
    // "d"'
    @Test
    void addsARuleAsNftDoes() {
        Message raw =
                message(
                        """
                        a4 00 00 00 06 0a 01 0c 01 00 00 00 00 00 00 00             | NFT_MSG_NEWRULE
                        01 00 00 00                                                 |
                        11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_RULE_TABLE
                        08 00 02 00 6e 61 74 00                                     | NFTA_RULE_CHAIN
                        6c 00 04 80                                                 | NFTA_RULE_EXPRESSIONS
                        20 00 01 80 07 00 01 00 63 74 00 00 14 00 02 80             | ct
                        08 00 02 00 00 00 00 01 08 00 01 00 00 00 00 01             | load direction
                        2c 00 01 80 08 00 01 00 63 6d 70 00 20 00 02 80             | cmp
                        08 00 01 00 00 00 00 01 08 00 02 00 00 00 00 00             | eq
                        0c 00 03 80 05 00 01 00 00 00 00 00                         | 0
                        1c 00 01 80 09 00 01 00 6d 61 73 71 00 00 00 00             | masq
                        0c 00 02 80 08 00 01 00 00 00 00 10                         | fully-random
                        08 00 07 00 00 02 64 00                                     | NFTA_RULE_USERDATA
                        """);
        assertThat(numbered(codec.addRule(RANDOM))).isEqualTo(raw);
        assertThat(codec.readRule(raw))
                .isEqualTo(
                        new NftCodec.Listed(
                                NftChain.TABLE, "nat", 0, RANDOM.name(), RANDOM.parts()));
    }

    // nft delete rule inet meta-plugins reply handle 3
    @Test
    void deletesARuleAsNftDoes() {
        assertThat(
                        numbered(
                                codec.deleteRule(
                                        new NftCodec.Listed(
                                                NftChain.TABLE, "reply", 3, "", List.of()))))
                .isEqualTo(
                        message(
                                """
                                40 00 00 00 08 0a 01 00 01 00 00 00 00 00 00 00             | NFT_MSG_DELRULE
                                01 00 00 00                                                 |
                                11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_RULE_TABLE
                                0a 00 02 00 72 65 70 6c 79 00 00 00                         | NFTA_RULE_CHAIN
                                0c 00 03 00 00 00 00 00 00 00 00 03                         | NFTA_RULE_HANDLE
                                """));
    }

    // nft's transactions hold for any state; ours name the one that they are for
    @Test
    void beginsATransactionAsNftDoesButForTheGeneration() {
        assertThat(numbered(codec.begin(0x1234)))
                .isEqualTo(
                        message(
                                """
                                1c 00 00 00 10 00 01 00 01 00 00 00 00 00 00 00 | NFNL_MSG_BATCH_BEGIN
                                00 00 00 0a                                     | NFNL_SUBSYS_NFTABLES
                                08 00 01 00 00 00 12 34                         | NFNL_BATCH_GENID
                                """));
        assertThat(numbered(codec.end()))
                .isEqualTo(
                        message(
                                """
                                14 00 00 00 11 00 01 00 01 00 00 00 00 00 00 00 | NFNL_MSG_BATCH_END
                                00 00 00 0a                                     | NFNL_SUBSYS_NFTABLES
                                """));
    }

    // nft delete chain and table have no NLM_F_NONREC (0x100), and take all that is inside
    @Test
    void deletesOnlyWhatIsEmpty() {
        assertThat(numbered(codec.deleteEmptyChain(NftChain.TABLE, "nat")))
                .isEqualTo(
                        message(
                                """
                                30 00 00 00 05 0a 01 01 01 00 00 00 00 00 00 00             | NFT_MSG_DELCHAIN
                                01 00 00 00                                                 |
                                11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_CHAIN_TABLE
                                08 00 03 00 6e 61 74 00                                     | NFTA_CHAIN_NAME
                                """));
        assertThat(codec.deleteEmptyTable(NftChain.TABLE).flags()).isEqualTo(0x101);
    }

    @Test
    void readsTheGeneration() {
        Message raw =
                message(
                        """
                        2c 00 00 00 0f 0a 00 00 01 00 00 00 0b 00 00 00 | NFT_MSG_NEWGEN
                        00 00 00 03                                     |
                        08 00 01 00 00 00 00 03                         | NFTA_GEN_ID
                        08 00 02 00 00 00 19 ca                         | NFTA_GEN_PROC_PID
                        08 00 03 00 6e 66 74 00                         | NFTA_GEN_PROC_NAME
                        """);
        assertThat(codec.readGeneration(raw)).isEqualTo(3);
    }

    @Test
    void readsAChainAndARuleOfADump() {
        assertThat(
                        codec.readChain(
                                message(
                                        """
                                        70 00 00 00 03 0a 02 00 01 00 00 00 0b 00 00 00             | NFT_MSG_NEWCHAIN
                                        01 00 00 03                                                 |
                                        11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_CHAIN_TABLE
                                        08 00 03 00 6e 61 74 00                                     | NFTA_CHAIN_NAME
                                        0c 00 02 00 00 00 00 00 00 00 00 03                         | NFTA_CHAIN_HANDLE
                                        14 00 04 00 08 00 01 00 00 00 00 04 08 00 02 00 00 00 00 64 | NFTA_CHAIN_HOOK
                                        08 00 05 00 00 00 00 01                                     | NFTA_CHAIN_POLICY
                                        08 00 07 00 6e 61 74 00                                     | NFTA_CHAIN_TYPE
                                        08 00 0a 00 00 00 00 01                                     | NFTA_CHAIN_FLAGS
                                        08 00 06 00 00 00 00 02                                     | NFTA_CHAIN_USE
                                        """)))
                .isEqualTo(NAT);
        assertThat(
                        codec.readRule(
                                message(
                                        """
                                        5c 01 00 00 06 0a 02 08 01 00 00 00 0b 00 00 00             | NFT_MSG_NEWRULE
                                        01 00 00 03                                                 |
                                        11 00 01 00 6d 65 74 61 2d 70 6c 75 67 69 6e 73 00 00 00 00 | NFTA_RULE_TABLE
                                        08 00 02 00 6e 61 74 00                                     | NFTA_RULE_CHAIN
                                        0c 00 03 00 00 00 00 00 00 00 00 05                         | NFTA_RULE_HANDLE
                                        0c 00 06 00 00 00 00 00 00 00 00 04                         | NFTA_RULE_POSITION
                                        0c 01 04 00                                                 | NFTA_RULE_EXPRESSIONS
                                        24 00 01 00 09 00 01 00 6d 65 74 61 00 00 00 00             | meta
                                        14 00 02 00 08 00 02 00 00 00 00 07 08 00 01 00 00 00 00 01 | load oifname
                                        38 00 01 00 08 00 01 00 63 6d 70 00 2c 00 02 00             | cmp
                                        08 00 01 00 00 00 00 01 08 00 02 00 00 00 00 00             | eq
                                        18 00 03 00 14 00 01 00                                     |
                                        65 74 68 30 00 00 00 00 00 00 00 00 00 00 00 00             | eth0
                                        20 00 01 00 07 00 01 00 63 74 00 00                         | ct
                                        14 00 02 00 08 00 01 00 00 00 00 01 08 00 02 00 00 00 00 02 | load status
                                        4c 00 01 00 0c 00 01 00 62 69 74 77 69 73 65 00 3c 00 02 00 | bitwise
                                        08 00 01 00 00 00 00 01 08 00 02 00 00 00 00 01             |
                                        08 00 03 00 00 00 00 04 08 00 06 00 00 00 00 00             | mask and xor
                                        0c 00 04 00 08 00 01 00 20 00 00 00                         | & 0x20
                                        0c 00 05 00 08 00 01 00 00 00 00 00                         | ^ 0
                                        2c 00 01 00 08 00 01 00 63 6d 70 00 20 00 02 00             | cmp
                                        08 00 01 00 00 00 00 01 08 00 02 00 00 00 00 01             | neq
                                        0c 00 03 00 08 00 01 00 00 00 00 00                         | 0
                                        14 00 01 00 09 00 01 00 6d 61 73 71 00 00 00 00 04 00 02 00 | masq
                                        08 00 07 00 00 02 65 00                                     | NFTA_RULE_USERDATA
                                        """)))
                .isEqualTo(
                        new NftCodec.Listed(
                                NftChain.TABLE, "nat", 5, TRANSLATED.name(), TRANSLATED.parts()));
    }

    @Test
    void refusesWhatIsSomethingElse() {
        Message table = numbered(codec.addTable("meta-plugins"));
        assertThatThrownBy(() -> codec.readRule(table))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("no nft rule: message of type 2560");
        assertThatThrownBy(() -> codec.readChain(table)).hasMessageContaining("no nft chain");
        assertThatThrownBy(() -> codec.readGeneration(table)).hasMessageContaining("generation");
    }
}
