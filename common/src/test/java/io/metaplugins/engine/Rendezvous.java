package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Query;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/** The real kernel, to which all write at the same moment, after each has read. */
record Rendezvous(Kernel kernel, CyclicBarrier barrier) implements Kernel {

    @Override
    public List<KernelObject> read(Query query) {
        return kernel.read(query);
    }

    @Override
    public List<Failure> write(List<Change> changes) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
        return kernel.write(changes);
    }

    @Override
    public void close() {
        kernel.close();
    }
}
