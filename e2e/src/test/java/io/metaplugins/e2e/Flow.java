package io.metaplugins.e2e;

/**
 * A ping and a TCP connection whose data come back, and the pod's interfaces they go by.
 *
 * @param from who starts it; the pod's own addresses stand for a socket bound to them
 * @param to who answers
 * @param out the interface by which the packets leave the pod; several are joined by {@code +}
 * @param in the interface by which they come in
 */
public record Flow(Place from, Place to, String out, String in) {
    private static final String NOTHING = "-";

    /** A flow that gets no answer. */
    public static Flow failed(Place from, Place to) {
        return new Flow(from, to, NOTHING, NOTHING);
    }

    public boolean answered() {
        return !out.equals(NOTHING);
    }

    /** Whether it has nothing to do with the pod's other NICs. */
    boolean staysOnEth0() {
        return out.equals("eth0") && from != Place.NET1 && to != Place.NET1;
    }

    @Override
    public String toString() {
        String ends = pad(from.toString(), 30) + "→ " + pad(to.toString(), 40);
        return answered() ? ends + "out " + pad(out, 6) + "in " + in : ends + "no answer";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
