package io.metaplugins.net;

/**
 * The number of a routing table.
 *
 * @param value unsigned 32 bits, without 0 ({@code RT_TABLE_UNSPEC} of {@code linux/rtnetlink.h})
 */
public record TableId(long value) implements Comparable<TableId> {
    public static final TableId DEFAULT = new TableId(253);
    public static final TableId MAIN = new TableId(254);
    public static final TableId LOCAL = new TableId(255);

    private static final long LARGEST = 0xffff_ffffL;

    public TableId {
        if (value < 1 || value > LARGEST) {
            throw new IllegalArgumentException("table " + value + " is not within 1.." + LARGEST);
        }
    }

    @Override
    public int compareTo(TableId other) {
        return Long.compare(value, other.value);
    }

    /** The number, or the name that {@code ip} prints for the kernel's own three tables. */
    @Override
    public String toString() {
        return this.equals(MAIN)
                ? "main"
                : this.equals(LOCAL)
                        ? "local"
                        : this.equals(DEFAULT) ? "default" : Long.toString(value);
    }
}
