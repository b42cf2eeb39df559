package io.metaplugins.probe;

/** By what a host shows that it holds an address, or is about to. */
public enum Evidence {
    /** An ARP reply from the address. */
    ARP_REPLY("ARP reply"),
    /** An ARP request from the address: an announcement, or a question about another. */
    ARP_REQUEST("ARP request"),
    /** An ARP request for the address from 0.0.0.0: an RFC 5227 probe. */
    ARP_PROBE("ARP probe"),
    /** A neighbour advertisement of the address. */
    ADVERTISEMENT("neighbour advertisement"),
    /** A neighbour solicitation of the address from {@code ::}: a RFC 4862 probe. */
    DAD_SOLICITATION("duplicate address detection");

    private final String text;

    Evidence(String text) {
        this.text = text;
    }

    /** Whether the host does not hold the address yet, but would like to. */
    public boolean isProbe() {
        return this == ARP_PROBE || this == DAD_SOLICITATION;
    }

    /** As RFCs call it: "ARP reply". */
    @Override
    public String toString() {
        return text;
    }
}
