package io.metaplugins.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The classic BPF program ({@code linux/filter.h}) that lets only ARP and neighbour discovery reach
 * the socket, so that other traffic neither fills its buffer nor wakes us. Frames with a VLAN's tag
 * are out: the kernel takes the tag off, and what is said in another VLAN would look as if it were
 * said in ours.
 */
final class Filter {
    /**
     * {@code struct sock_filter}: two bytes of code, where to jump if true and if not, a number.
     */
    private static final int INSTRUCTION_BYTES = 8;

    // linux/bpf_common.h: what to load into the accumulator, to compare, to give back
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_BITS = 0x45;
    private static final int RETURN = 0x06;

    /** {@code SKF_AD_OFF}: from here on it is not bytes of the frame that are loaded. */
    private static final int BESIDES = -0x1000;

    /** {@code SKF_AD_VLAN_TAG} says what it said last once there is no tag. */
    private static final int HAS_TAG = BESIDES + 48;

    private static final int TAG = BESIDES + 44;

    /** A tag whose lower 12 bits are 0 is in no VLAN. */
    private static final int VLAN = 0xfff;

    private static final int WHOLE_FRAME = 0x40000;

    private Filter() {}

    static ByteBuffer program() {
        ByteBuffer program =
                ByteBuffer.allocateDirect(14 * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        put(program, LOAD_HALF, 0, 0, HAS_TAG);
        put(program, JUMP_IF_EQUAL, 2, 0, 0);
        put(program, LOAD_HALF, 0, 0, TAG);
        put(program, JUMP_IF_BITS, 9, 0, VLAN);
        put(program, LOAD_HALF, 0, 0, Ethernet.PROTOCOL);
        put(program, JUMP_IF_EQUAL, 6, 0, Short.toUnsignedInt(Arp.PROTOCOL));
        put(program, JUMP_IF_EQUAL, 0, 6, Short.toUnsignedInt(Ndp.PROTOCOL));
        put(program, LOAD_BYTE, 0, 0, Ndp.NEXT_HEADER);
        put(program, JUMP_IF_EQUAL, 0, 4, Ndp.ICMPV6);
        put(program, LOAD_BYTE, 0, 0, Ndp.MESSAGE);
        put(program, JUMP_IF_EQUAL, 1, 0, Byte.toUnsignedInt(Ndp.SOLICITATION));
        put(program, JUMP_IF_EQUAL, 0, 1, Byte.toUnsignedInt(Ndp.ADVERTISEMENT));
        put(program, RETURN, 0, 0, WHOLE_FRAME);
        put(program, RETURN, 0, 0, 0);
        return program.flip();
    }

    private static void put(ByteBuffer program, int code, int ifTrue, int ifNot, int number) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) ifNot).putInt(number);
    }
}
