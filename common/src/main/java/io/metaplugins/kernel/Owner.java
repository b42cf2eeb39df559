package io.metaplugins.kernel;

/**
 * The mark on what we made, for people: {@code ip route show proto 199}. What is taken back is
 * decided by the receipt, never by the mark.
 */
public final class Owner {
    /** A number that neither {@code linux/rtnetlink.h} nor iproute2's rt_protos gives a name. */
    public static final int PROTOCOL = 199;

    private Owner() {}

    /** The object with our protocol, if it is of a kind that has one and none is stated. */
    public static KernelObject mark(KernelObject object) {
        return switch (object) {
            case Route route when route.protocol() == null -> route.withProtocol(PROTOCOL);
            case Rule rule when rule.protocol() == null -> rule.withProtocol(PROTOCOL);
            case Neighbour neighbour when neighbour.protocol() == null ->
                    neighbour.withProtocol(PROTOCOL);
            case Route _, Rule _, Neighbour _, Link _, Address _, Sysctl _, NftRule _ -> object;
        };
    }
}
