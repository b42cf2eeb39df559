package io.metaplugins.testkit;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;

/** Moves threads into namespaces, but not back again from a certain visit on: ENOMEM. */
public final class OneWayLibc extends PassingLibc {
    private static final int ENOMEM = 12;

    private final int visits;
    private int moves;

    /**
     * @param visits that go well
     */
    public OneWayLibc(Libc libc, int visits) {
        super(libc);
        this.visits = visits;
    }

    @Override
    public synchronized void setns(int descriptor, int kind) {
        moves++;
        if (moves > 2 * visits && moves % 2 == 0) {
            throw new ErrnoException("setns", ENOMEM);
        }
        super.setns(descriptor, kind);
    }
}
