package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real kernel, but for one change: the change of that number, counted over all kernels that
 * share the countdown, does not reach it.
 */
record Fault(Kernel kernel, AtomicInteger countdown, What what) implements Kernel {

    /** What happens instead. */
    enum What {
        /** The kernel says no, and goes on with the changes behind it. */
        REFUSED,
        /** The batch was carried out, and then the answer was lost. */
        UNANSWERED,
        /** The process dies. */
        KILLED
    }

    /** Stands for the end of a process, after which none of its code runs. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public List<KernelObject> read(Query query) {
        return kernel.read(query);
    }

    @Override
    public List<Failure> write(List<Change> changes) {
        int place = -1;
        for (int index = 0; index < changes.size(); index++) {
            if (countdown.getAndDecrement() == 0) {
                place = index;
            }
        }
        if (place < 0) {
            return kernel.write(changes);
        }
        return switch (what) {
            case REFUSED -> refuse(changes, place);
            case UNANSWERED -> {
                kernel.write(changes);
                throw new KernelException("write: ENOBUFS (no answer)", "ENOBUFS");
            }
            case KILLED -> {
                kernel.write(changes.subList(0, place));
                throw new Killed();
            }
        };
    }

    private List<Failure> refuse(List<Change> changes, int place) {
        List<Change> others = new ArrayList<>(changes);
        Change refused = others.remove(place);
        List<Failure> failures = new ArrayList<>(kernel.write(others));
        failures.add(
                new Failure(refused, new KernelException(refused + ": EPERM (injected)", "EPERM")));
        return failures;
    }

    @Override
    public void close() {
        kernel.close();
    }
}
