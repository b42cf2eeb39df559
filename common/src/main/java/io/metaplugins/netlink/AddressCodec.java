package io.metaplugins.netlink;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Addresses in bytes: {@code struct ifaddrmsg} and {@code IFA_*} of {@code linux/if_addr.h}. */
public final class AddressCodec {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;

    private static final int HEADER_BYTES = 8;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;

    private static final int IFA_F_NODAD = 0x02;
    private static final int IFA_F_DADFAILED = 0x08;
    private static final int IFA_F_TENTATIVE = 0x40;

    private final Interfaces interfaces;

    public AddressCodec(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /** A request for the addresses of a family ({@code ip -4 addr}). */
    public Message dump(IpFamily family) {
        ByteBuffer header = AttributeWriter.header(HEADER_BYTES).put(0, (byte) family.number());
        return Message.request(
                RTM_GETADDR, Message.NLM_F_DUMP, new AttributeWriter(header).payload());
    }

    /**
     * Adds an address ({@code ip addr add}); an IPv6 one without the second of duplicate address
     * detection, in which nothing could be sent from it.
     */
    public Message add(Address address, int flags) {
        int nodad = address.cidr().family() == IpFamily.IPV6 ? IFA_F_NODAD : 0;
        return Message.request(RTM_NEWADDR, flags, payload(address, nodad));
    }

    /** Removes an address ({@code ip addr delete}). */
    public Message delete(Address address) {
        return Message.request(RTM_DELADDR, 0, payload(address, 0));
    }

    private ByteBuffer payload(Address address, int flags) {
        Cidr cidr = address.cidr();
        ByteBuffer header =
                AttributeWriter.header(HEADER_BYTES)
                        .put(0, (byte) cidr.family().number())
                        .put(1, (byte) cidr.prefixLength())
                        .put(2, (byte) flags)
                        .put(3, (byte) scope(address).number())
                        .putInt(4, interfaces.index(address.dev()));
        IpAddress peer = address.peer();
        return new AttributeWriter(header)
                .address(IFA_LOCAL, cidr.address())
                .address(IFA_ADDRESS, peer == null ? cidr.address() : peer)
                .payload();
    }

    /** As {@code ip} fills it in. */
    private static Scope scope(Address address) {
        if (address.scope() != null) {
            return address.scope();
        }
        IpAddress own = address.cidr().address();
        return own.isIpv4() && own.isLoopback() ? Scope.HOST : Scope.GLOBAL;
    }

    /**
     * Reads an address.
     *
     * @return null if its interface is gone
     * @throws MalformedMessageException if the message is not an address of IPv4 or IPv6
     */
    public @Nullable Address read(Message message) {
        if (message.type() != RTM_NEWADDR) {
            throw new MalformedMessageException("no address: message of type " + message.type());
        }
        AttributeReader attributes = AttributeReader.of(message, HEADER_BYTES);
        ByteBuffer header = message.payload();
        IpFamily family = Families.of(header.get(0));
        long flags = Byte.toUnsignedLong(header.get(2));
        IpAddress local = null;
        IpAddress address = null;
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFA_LOCAL -> local = attributes.address(family);
                case IFA_ADDRESS -> address = attributes.address(family);
                case IFA_FLAGS -> flags = attributes.u32();
                default -> {}
            }
        }
        IpAddress own = local == null ? address : local;
        if (own == null) {
            throw new MalformedMessageException("an address message without an address");
        }
        InterfaceName dev = interfaces.name(header.getInt(4));
        if (dev == null) {
            return null;
        }
        return new Address(
                dev,
                Families.cidr(own, Byte.toUnsignedInt(header.get(1))),
                own.equals(address) ? null : address,
                Scope.of(Byte.toUnsignedInt(header.get(3))),
                (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0);
    }
}
