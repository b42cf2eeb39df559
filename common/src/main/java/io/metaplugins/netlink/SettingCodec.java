package io.metaplugins.netlink;

import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.InterfaceName;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * IPv4 settings of one interface in bytes: {@code IFLA_INET_CONF} of {@code linux/if_link.h}. They
 * are the same numbers that {@code /proc/sys/net/ipv4/conf/DEV} shows, without its being mounted,
 * writable and looked at from inside the namespace.
 *
 * <p>By netlink, the kernel stores a number and no more ({@code ipv4_devconf_set}). By {@code
 * /proc} it also flushes the routing cache for some, or disables offloads: those are read here, and
 * written by {@code /proc}. The one thing that is lost is RTM_NEWNETCONF for rp_filter and
 * proxy_arp, which tells routing daemons.
 */
public final class SettingCodec {
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_SETLINK = 19;

    private static final int AF_INET = 2;

    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET_CONF = 1;

    private static final String PREFIX = "net/ipv4/conf/";

    /**
     * A setting of one interface.
     *
     * @param number {@code IPV4_DEVCONF_*} of {@code linux/ip.h}
     * @param storedOnly whether to write it is to store it
     */
    record Setting(InterfaceName dev, int number, boolean storedOnly) {}

    /** The setting at that path; null if it is not one that netlink knows. */
    static @Nullable Setting at(String path) {
        int slash = path.lastIndexOf('/');
        if (!path.startsWith(PREFIX) || slash <= PREFIX.length()) {
            return null;
        }
        String dev = path.substring(PREFIX.length(), slash);
        InterfaceName name =
                dev.equals("all") || dev.equals("default") ? null : LinkCodec.name(dev);
        return name == null ? null : setting(name, path.substring(slash + 1));
    }

    private static @Nullable Setting setting(InterfaceName dev, String key) {
        return switch (key) {
            case "proxy_arp" -> new Setting(dev, 3, true);
            case "accept_redirects" -> new Setting(dev, 4, true);
            case "send_redirects" -> new Setting(dev, 6, true);
            case "rp_filter" -> new Setting(dev, 8, true);
            case "log_martians" -> new Setting(dev, 11, true);
            case "arp_filter" -> new Setting(dev, 13, true);
            case "arp_announce" -> new Setting(dev, 18, true);
            case "arp_ignore" -> new Setting(dev, 19, true);
            case "arp_accept" -> new Setting(dev, 21, true);
            case "arp_notify" -> new Setting(dev, 22, true);
            case "src_valid_mark" -> new Setting(dev, 24, true);
            case "forwarding" -> new Setting(dev, 1, false);
            case "promote_secondaries" -> new Setting(dev, 20, false);
            case "accept_local" -> new Setting(dev, 23, false);
            case "route_localnet" -> new Setting(dev, 26, false);
            default -> null;
        };
    }

    /** Sets a setting of the link of that number ({@code sysctl -w}). */
    Message set(Setting setting, int index, int value) {
        AttributeWriter writer = new AttributeWriter(LinkCodec.header(index, 0, 0));
        int families = writer.begin(IFLA_AF_SPEC);
        int inet = writer.begin(AF_INET);
        int conf = writer.begin(IFLA_INET_CONF);
        writer.u32(setting.number, value).end(conf).end(inet).end(families);
        return Message.request(RTM_SETLINK, 0, writer.payload());
    }

    /**
     * Reads a setting out of a link.
     *
     * @return null if the link has no such setting, as one without IPv4
     * @throws MalformedMessageException if the message is not a link
     */
    @Nullable Sysctl read(Message message, String path, Setting setting) {
        if (message.type() != RTM_NEWLINK) {
            throw new MalformedMessageException("no link: message of type " + message.type());
        }
        AttributeReader conf = AttributeReader.of(message, LinkCodec.HEADER_BYTES);
        for (int type : new int[] {IFLA_AF_SPEC, AF_INET}) {
            if (!find(conf, type)) {
                return null;
            }
            conf = conf.nested();
        }
        if (!find(conf, IFLA_INET_CONF)) {
            return null;
        }
        // An array of 32-bit numbers; IPV4_DEVCONF_* count from 1.
        ByteBuffer values = conf.buffer();
        int offset = (setting.number - 1) * Integer.BYTES;
        return offset + Integer.BYTES > values.limit()
                ? null
                : new Sysctl(path, Integer.toString(values.getInt(offset)));
    }

    private static boolean find(AttributeReader attributes, int type) {
        while (attributes.next()) {
            if (attributes.type() == type) {
                return true;
            }
        }
        return false;
    }
}
