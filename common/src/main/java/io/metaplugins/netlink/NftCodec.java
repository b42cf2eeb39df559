package io.metaplugins.netlink;

import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules of nf_tables in bytes: {@code NFTA_*} of {@code linux/netfilter/nf_tables.h}, behind {@code
 * struct nfgenmsg} of {@code linux/netfilter/nfnetlink.h}. Numbers are in the network's byte order.
 */
public final class NftCodec {
    private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    private static final int NFNL_MSG_BATCH_END = 0x11;
    private static final int NFNL_BATCH_GENID = 1;
    private static final int NFNL_SUBSYS_NFTABLES = 10;

    private static final int NFT_MSG_NEWTABLE = message(0);
    private static final int NFT_MSG_DELTABLE = message(2);
    private static final int NFT_MSG_NEWCHAIN = message(3);
    private static final int NFT_MSG_GETCHAIN = message(4);
    private static final int NFT_MSG_DELCHAIN = message(5);
    private static final int NFT_MSG_NEWRULE = message(6);
    private static final int NFT_MSG_GETRULE = message(7);
    private static final int NFT_MSG_DELRULE = message(8);
    private static final int NFT_MSG_NEWGEN = message(15);
    private static final int NFT_MSG_GETGEN = message(16);

    private static final int NLM_F_REPLACE = 0x100;
    private static final int NLM_F_NONREC = 0x100;
    private static final int NLM_F_CREATE = 0x400;
    private static final int NLM_F_APPEND = 0x800;

    private static final int HEADER_BYTES = 4;
    private static final int NFPROTO_UNSPEC = 0;
    private static final int NFPROTO_INET = 1;

    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_FLAGS = 2;

    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;

    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_HANDLE = 3;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_RULE_USERDATA = 7;

    private static final int NFTA_GEN_ID = 1;

    /** {@code NFTNL_UDATA_RULE_COMMENT} of libnftnl. */
    private static final int COMMENT = 0;

    /**
     * A rule as the kernel lists it.
     *
     * @param handle its number, unique in the table
     */
    record Listed(String table, String chain, long handle, String name, List<Part> parts) {

        /** Whether it is the one that goes by this name. */
        boolean isCalledAs(NftRule rule) {
            return table.equals(rule.chain().table())
                    && chain.equals(rule.chain().name())
                    && name.equals(rule.name());
        }
    }

    private static int message(int number) {
        return NFNL_SUBSYS_NFTABLES << 8 | number;
    }

    private static AttributeWriter writer(int family, int resource) {
        // family; version; resource, in the network's byte order
        return new AttributeWriter(
                AttributeWriter.header(HEADER_BYTES).put(0, (byte) family).put(3, (byte) resource));
    }

    private static AttributeWriter inet() {
        return writer(NFPROTO_INET, 0);
    }

    /** A request for the number of the state that all tables are in. */
    Message generation() {
        return Message.request(NFT_MSG_GETGEN, 0, writer(NFPROTO_UNSPEC, 0).payload());
    }

    /** Reads the number of the state. */
    int readGeneration(Message message) {
        AttributeReader attributes = attributes(message, NFT_MSG_NEWGEN, "generation");
        while (attributes.next()) {
            if (attributes.type() == NFTA_GEN_ID) {
                return attributes.be32();
            }
        }
        throw new MalformedMessageException("a generation without a number");
    }

    /** Opens a transaction that is refused (ERESTART) in any state but the one of that number. */
    Message begin(int generation) {
        return Message.request(
                NFNL_MSG_BATCH_BEGIN,
                0,
                writer(NFPROTO_UNSPEC, NFNL_SUBSYS_NFTABLES)
                        .be32(NFNL_BATCH_GENID, generation)
                        .payload());
    }

    /** Closes a transaction. */
    Message end() {
        return Message.request(
                NFNL_MSG_BATCH_END, 0, writer(NFPROTO_UNSPEC, NFNL_SUBSYS_NFTABLES).payload());
    }

    /** A request for the rules of a table ({@code nft list table inet}). */
    Message rules(String table) {
        return Message.request(
                NFT_MSG_GETRULE,
                Message.NLM_F_DUMP,
                inet().string(NFTA_RULE_TABLE, table).payload());
    }

    /** A request for one chain. */
    Message chain(String table, String name) {
        return Message.request(NFT_MSG_GETCHAIN, 0, chainOf(table, name).payload());
    }

    private static AttributeWriter chainOf(String table, String name) {
        return inet().string(NFTA_CHAIN_TABLE, table).string(NFTA_CHAIN_NAME, name);
    }

    /** Makes the table unless it is there ({@code nft add table}). */
    Message addTable(String name) {
        return Message.request(
                NFT_MSG_NEWTABLE,
                NLM_F_CREATE,
                inet().string(NFTA_TABLE_NAME, name).be32(NFTA_TABLE_FLAGS, 0).payload());
    }

    /** Makes the chain unless it is there; EEXIST if it is there and another ({@code nft add}). */
    Message addChain(NftChain chain) {
        AttributeWriter out =
                chainOf(chain.table(), chain.name())
                        .string(NFTA_CHAIN_TYPE, chain.type().toString());
        int hook = out.beginNested(NFTA_CHAIN_HOOK);
        out.be32(NFTA_HOOK_HOOKNUM, chain.hook().number())
                .be32(NFTA_HOOK_PRIORITY, chain.priority())
                .end(hook);
        return Message.request(NFT_MSG_NEWCHAIN, NLM_F_CREATE, out.payload());
    }

    /** Adds a rule behind the others of its chain ({@code nft add rule}). */
    Message addRule(NftRule rule) {
        AttributeWriter out = ruleOf(rule.chain().table(), rule.chain().name());
        return Message.request(
                NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, content(out, rule).payload());
    }

    /** Puts a rule into the place of another ({@code nft replace rule}). */
    Message replaceRule(NftRule rule, long handle) {
        AttributeWriter out =
                ruleOf(rule.chain().table(), rule.chain().name()).be64(NFTA_RULE_HANDLE, handle);
        return Message.request(NFT_MSG_NEWRULE, NLM_F_REPLACE, content(out, rule).payload());
    }

    private static AttributeWriter ruleOf(String table, String chain) {
        return inet().string(NFTA_RULE_TABLE, table).string(NFTA_RULE_CHAIN, chain);
    }

    private static AttributeWriter content(AttributeWriter out, NftRule rule) {
        int expressions = out.beginNested(NFTA_RULE_EXPRESSIONS);
        NftExpression.write(NftParts.write(rule.parts()), out);
        return out.end(expressions).bytes(NFTA_RULE_USERDATA, comment(rule.name()));
    }

    /** {@code struct nftnl_udata} of libnftnl: type, length, and text with its zero. */
    private static byte[] comment(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(text.length + 3)
                .put((byte) COMMENT)
                .put((byte) (text.length + 1))
                .put(text)
                .array();
    }

    /** Removes the rule of that number ({@code nft delete rule}). */
    Message deleteRule(Listed rule) {
        return Message.request(
                NFT_MSG_DELRULE,
                0,
                ruleOf(rule.table, rule.chain).be64(NFTA_RULE_HANDLE, rule.handle).payload());
    }

    /** Removes a chain; EBUSY if it has rules, which {@code nft delete chain} would take along. */
    Message deleteEmptyChain(String table, String name) {
        return Message.request(NFT_MSG_DELCHAIN, NLM_F_NONREC, chainOf(table, name).payload());
    }

    /**
     * Removes a table; EBUSY if it has anything, which {@code nft delete table} would take along.
     */
    Message deleteEmptyTable(String name) {
        return Message.request(
                NFT_MSG_DELTABLE, NLM_F_NONREC, inet().string(NFTA_TABLE_NAME, name).payload());
    }

    /**
     * Reads a rule.
     *
     * @throws MalformedMessageException if the message is not a rule
     */
    Listed readRule(Message message) {
        AttributeReader attributes = attributes(message, NFT_MSG_NEWRULE, "nft rule");
        String table = "";
        String chain = "";
        long handle = 0;
        String name = "";
        List<Part> parts = List.of();
        while (attributes.next()) {
            switch (attributes.type()) {
                case NFTA_RULE_TABLE -> table = attributes.string();
                case NFTA_RULE_CHAIN -> chain = attributes.string();
                case NFTA_RULE_HANDLE -> handle = attributes.be64();
                case NFTA_RULE_EXPRESSIONS -> parts = NftParts.read(NftExpression.read(attributes));
                case NFTA_RULE_USERDATA -> name = readComment(attributes.bytes());
                default -> {}
            }
        }
        return new Listed(table, chain, handle, name, parts);
    }

    /** Empty if there is none, or none that could be a name. */
    private static String readComment(byte[] userData) {
        int place = 0;
        while (place + 2 <= userData.length) {
            int length = Byte.toUnsignedInt(userData[place + 1]);
            int start = place + 2;
            if (userData[place] == COMMENT && length > 0 && start + length <= userData.length) {
                String text = new String(userData, start, length - 1, StandardCharsets.UTF_8);
                return NftRule.isName(text) ? text : "";
            }
            place = start + length;
        }
        return "";
    }

    /**
     * Reads a chain.
     *
     * @return null if it is none where packets come by, or not of a kind that could be ours
     * @throws MalformedMessageException if the message is not a chain
     */
    @Nullable NftChain readChain(Message message) {
        AttributeReader attributes = attributes(message, NFT_MSG_NEWCHAIN, "nft chain");
        String table = "";
        String name = "";
        NftChain.Type type = null;
        NftChain.Hook hook = null;
        int priority = 0;
        while (attributes.next()) {
            switch (attributes.type()) {
                case NFTA_CHAIN_TABLE -> table = attributes.string();
                case NFTA_CHAIN_NAME -> name = attributes.string();
                case NFTA_CHAIN_TYPE -> type = type(attributes.string());
                case NFTA_CHAIN_HOOK -> {
                    AttributeReader inside = attributes.nested();
                    while (inside.next()) {
                        switch (inside.type()) {
                            case NFTA_HOOK_HOOKNUM -> hook = hook(inside.be32());
                            case NFTA_HOOK_PRIORITY -> priority = inside.be32();
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        return type == null || hook == null
                ? null
                : new NftChain(table, name, type, hook, priority);
    }

    private static NftChain.@Nullable Type type(String text) {
        for (NftChain.Type type : NftChain.Type.values()) {
            if (type.toString().equals(text)) {
                return type;
            }
        }
        return null;
    }

    private static NftChain.@Nullable Hook hook(int number) {
        for (NftChain.Hook hook : NftChain.Hook.values()) {
            if (hook.number() == number) {
                return hook;
            }
        }
        return null;
    }

    private static AttributeReader attributes(Message message, int type, String what) {
        if (message.type() != type) {
            throw new MalformedMessageException(
                    "no " + what + ": message of type " + message.type());
        }
        return AttributeReader.of(message, HEADER_BYTES);
    }
}
