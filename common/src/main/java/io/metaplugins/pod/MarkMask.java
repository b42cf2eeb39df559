package io.metaplugins.pod;

import io.metaplugins.net.TableId;

/**
 * The bits of a 32-bit packet mark that are ours; all others are someone else's, and stay.
 *
 * @param bits as in {@code fwmark value/mask}; in one piece
 */
public record MarkMask(long bits) {
    /** The uppermost eight, which neither meshes nor the usual overlays use in a pod. */
    public static final MarkMask DEFAULT = new MarkMask(0xff00_0000L);

    private static final long ALL = 0xffff_ffffL;
    private static final int LEAST_BITS = 3;

    public MarkMask {
        long value = bits >>> Long.numberOfTrailingZeros(bits);
        if (bits <= 0 || bits > ALL || (value & (value + 1)) != 0) {
            throw new IllegalArgumentException(
                    "0x" + Long.toHexString(bits) + " is not one piece of 32 bits");
        }
        if (Long.bitCount(bits) < LEAST_BITS) {
            throw new IllegalArgumentException(
                    "0x" + Long.toHexString(bits) + " has less than " + LEAST_BITS + " bits");
        }
    }

    /**
     * Parses a hexadecimal number such as {@code 0xff000000}.
     *
     * @throws IllegalArgumentException if it is none, or not one piece of at least three bits
     */
    public static MarkMask parse(String text) {
        if (!text.startsWith("0x")) {
            throw new IllegalArgumentException("'" + text + "' does not begin with 0x");
        }
        return new MarkMask(Long.parseLong(text.substring(2), 16));
    }

    /**
     * The mark for a routing table: 1 for the first of them, in our bits.
     *
     * @throws IllegalArgumentException if there are not enough bits for it
     */
    public long of(TableId table) {
        long number = table.value() - NicTables.OVERLAY_REPLIES.value() + 1;
        long mark = number << Long.numberOfTrailingZeros(bits);
        if (number <= 0 || (mark & bits) != mark) {
            throw new IllegalArgumentException(
                    "table " + table + " has no mark within 0x" + Long.toHexString(bits));
        }
        return mark;
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(bits);
    }
}
