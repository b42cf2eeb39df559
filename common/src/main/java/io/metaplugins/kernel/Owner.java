package io.metaplugins.kernel;

/** How routes, rules and neighbours that we make are marked as ours. */
public final class Owner {
    /**
     * {@code rtm_protocol}, {@code FRA_PROTOCOL} and {@code NDA_PROTOCOL} of what is written
     * without a protocol of its own. Nobody claims the number in {@code linux/rtnetlink.h} or in
     * {@code /etc/iproute2/rt_protos}. It helps a person to see what is ours; nothing is removed
     * for carrying it.
     */
    public static final int PROTOCOL = 199;

    private Owner() {}
}
