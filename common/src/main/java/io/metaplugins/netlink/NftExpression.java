package io.metaplugins.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of the machine that a rule is a program of ({@code NFTA_EXPR_*} of {@code
 * linux/netfilter/nf_tables.h}). Ours has one register, as {@code nft} uses it: {@code NFT_REG_1}.
 */
sealed interface NftExpression {

    /** {@code NFTA_META_*} and {@code NFTA_CT_*} are alike, but for the register that is stored. */
    enum Source {
        /** The packet. */
        META("meta", 3),
        /** Its connection. */
        CT("ct", 4);

        private final String name;
        private final int storedRegister;

        Source(String name, int storedRegister) {
            this.name = name;
            this.storedRegister = storedRegister;
        }
    }

    /** Puts a property into the register. */
    record Load(Source source, int key) implements NftExpression {}

    /** Makes the register a property. */
    record Store(Source source, int key) implements NftExpression {}

    /** {@code register = (register & mask) ^ xor}, of 32 bits. */
    record Bitwise(int mask, int xor) implements NftExpression {}

    /** Goes on only if the register begins with these bytes, or only if it does not. */
    record Compare(boolean equal, ByteBuffer data) implements NftExpression {
        static Compare with(boolean equal, byte[] data) {
            return new Compare(equal, ByteBuffer.wrap(data));
        }
    }

    /**
     * Translates the source.
     *
     * @param flags {@code NF_NAT_RANGE_*} of {@code linux/netfilter/nf_nat.h}
     */
    record Masquerade(int flags) implements NftExpression {}

    /** Anything else. */
    record Other(String name) implements NftExpression {}

    // linux/netfilter/nf_tables.h
    int NFTA_LIST_ELEM = 1;
    int NFTA_EXPR_NAME = 1;
    int NFTA_EXPR_DATA = 2;
    int NFT_REG_1 = 1;
    int NFTA_DATA_VALUE = 1;

    int LOADED_REGISTER = 1;
    int KEY = 2;

    int NFTA_CMP_SREG = 1;
    int NFTA_CMP_OP = 2;
    int NFTA_CMP_DATA = 3;
    int NFT_CMP_EQ = 0;
    int NFT_CMP_NEQ = 1;

    int NFTA_BITWISE_SREG = 1;
    int NFTA_BITWISE_DREG = 2;
    int NFTA_BITWISE_LEN = 3;
    int NFTA_BITWISE_MASK = 4;
    int NFTA_BITWISE_XOR = 5;
    int NFTA_BITWISE_OP = 6;

    int NFTA_MASQ_FLAGS = 1;

    /** Appends a list of expressions to what is being written. */
    static void write(List<NftExpression> expressions, AttributeWriter out) {
        for (NftExpression expression : expressions) {
            int element = out.beginNested(NFTA_LIST_ELEM);
            out.string(NFTA_EXPR_NAME, expression.name());
            int data = out.beginNested(NFTA_EXPR_DATA);
            expression.writeTo(out);
            out.end(data).end(element);
        }
    }

    /** The expression's name in the kernel. */
    default String name() {
        return switch (this) {
            case Load(var source, _) -> source.name;
            case Store(var source, _) -> source.name;
            case Bitwise _ -> "bitwise";
            case Compare _ -> "cmp";
            case Masquerade _ -> "masq";
            case Other(var name) -> name;
        };
    }

    private void writeTo(AttributeWriter out) {
        switch (this) {
            case Load(_, var key) -> out.be32(KEY, key).be32(LOADED_REGISTER, NFT_REG_1);
            case Store(var source, var key) ->
                    out.be32(KEY, key).be32(source.storedRegister, NFT_REG_1);
            case Bitwise(var mask, var xor) -> {
                out.be32(NFTA_BITWISE_SREG, NFT_REG_1)
                        .be32(NFTA_BITWISE_DREG, NFT_REG_1)
                        .be32(NFTA_BITWISE_LEN, Integer.BYTES);
                value(out, NFTA_BITWISE_MASK, bytes(mask));
                value(out, NFTA_BITWISE_XOR, bytes(xor));
            }
            case Compare(var equal, var data) -> {
                out.be32(NFTA_CMP_SREG, NFT_REG_1)
                        .be32(NFTA_CMP_OP, equal ? NFT_CMP_EQ : NFT_CMP_NEQ);
                value(out, NFTA_CMP_DATA, content(data));
            }
            case Masquerade(var flags) -> {
                if (flags != 0) {
                    out.be32(NFTA_MASQ_FLAGS, flags);
                }
            }
            case Other(var name) ->
                    throw new IllegalArgumentException("expression " + name + " is only read");
        }
    }

    private static void value(AttributeWriter out, int type, byte[] bytes) {
        int place = out.beginNested(type);
        out.bytes(NFTA_DATA_VALUE, bytes).end(place);
    }

    /** A number as it lies in a register: in the machine's byte order. */
    static byte[] bytes(int number) {
        return AttributeWriter.header(Integer.BYTES).putInt(0, number).array();
    }

    static byte[] content(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** The number that four bytes of a register are. */
    static int number(ByteBuffer bytes) {
        return bytes.duplicate().order(ByteOrder.nativeOrder()).getInt(0);
    }

    /**
     * Reads the list that the cursor is at.
     *
     * @throws MalformedMessageException if it is none
     */
    static List<NftExpression> read(AttributeReader list) {
        List<NftExpression> expressions = new ArrayList<>();
        AttributeReader elements = list.nested();
        while (elements.next()) {
            expressions.add(readOne(elements.nested()));
        }
        return expressions;
    }

    private static NftExpression readOne(AttributeReader element) {
        String name = "";
        AttributeReader data = new AttributeReader(ByteBuffer.allocate(0));
        while (element.next()) {
            switch (element.type()) {
                case NFTA_EXPR_NAME -> name = element.string();
                case NFTA_EXPR_DATA -> data = element.nested();
                default -> {}
            }
        }
        return switch (name) {
            case "meta" -> loadOrStore(Source.META, data);
            case "ct" -> loadOrStore(Source.CT, data);
            case "bitwise" -> bitwise(data);
            case "cmp" -> compare(data);
            case "masq" -> masquerade(data);
            default -> new Other(name);
        };
    }

    private static NftExpression loadOrStore(Source source, AttributeReader data) {
        int key = -1;
        int loaded = 0;
        int stored = 0;
        boolean more = false;
        while (data.next()) {
            if (data.type() == KEY) {
                key = data.be32();
            } else if (data.type() == LOADED_REGISTER) {
                loaded = data.be32();
            } else if (data.type() == source.storedRegister) {
                stored = data.be32();
            } else {
                more = true;
            }
        }
        if (more || loaded + stored != NFT_REG_1) {
            return new Other(source.name);
        }
        return loaded == NFT_REG_1 ? new Load(source, key) : new Store(source, key);
    }

    private static NftExpression bitwise(AttributeReader data) {
        boolean plain = true;
        int mask = 0;
        int xor = 0;
        while (data.next()) {
            switch (data.type()) {
                case NFTA_BITWISE_SREG, NFTA_BITWISE_DREG -> plain &= data.be32() == NFT_REG_1;
                case NFTA_BITWISE_LEN -> plain &= data.be32() == Integer.BYTES;
                case NFTA_BITWISE_OP -> plain &= data.be32() == 0;
                case NFTA_BITWISE_MASK -> {
                    ByteBuffer value = value(data);
                    plain &= value.limit() == Integer.BYTES;
                    mask = plain ? value.getInt(0) : 0;
                }
                case NFTA_BITWISE_XOR -> {
                    ByteBuffer value = value(data);
                    plain &= value.limit() == Integer.BYTES;
                    xor = plain ? value.getInt(0) : 0;
                }
                default -> plain = false;
            }
        }
        return plain ? new Bitwise(mask, xor) : new Other("bitwise");
    }

    private static NftExpression compare(AttributeReader data) {
        int register = 0;
        int operation = -1;
        byte[] bytes = {};
        while (data.next()) {
            switch (data.type()) {
                case NFTA_CMP_SREG -> register = data.be32();
                case NFTA_CMP_OP -> operation = data.be32();
                case NFTA_CMP_DATA -> bytes = content(value(data));
                default -> {}
            }
        }
        return register == NFT_REG_1 && (operation == NFT_CMP_EQ || operation == NFT_CMP_NEQ)
                ? Compare.with(operation == NFT_CMP_EQ, bytes)
                : new Other("cmp");
    }

    private static NftExpression masquerade(AttributeReader data) {
        int flags = 0;
        while (data.next()) {
            if (data.type() != NFTA_MASQ_FLAGS) {
                return new Other("masq");
            }
            flags = data.be32();
        }
        return new Masquerade(flags);
    }

    /** The bytes of a {@code nft_data}; none if it is a verdict. */
    private static ByteBuffer value(AttributeReader data) {
        AttributeReader inside = data.nested();
        while (inside.next()) {
            if (inside.type() == NFTA_DATA_VALUE) {
                return inside.buffer();
            }
        }
        return AttributeWriter.header(0);
    }
}
