package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Query;
import java.util.List;

/** One network namespace of the running kernel. */
public interface Kernel extends AutoCloseable {

    /**
     * Reads what is there now.
     *
     * @return nothing where the object asked for does not exist
     * @throws KernelException if the kernel refuses the reading
     */
    List<KernelObject> read(Query query);

    /**
     * Carries out changes in their order, in as few system calls as the kernel allows. A change
     * that fails does not stop those behind it, since the kernel works through a batch to its end;
     * the caller takes back what succeeded.
     *
     * @return the changes that failed, with the reason; empty if all succeeded
     */
    List<Failure> write(List<Change> changes);

    /** One change that the kernel refused. */
    record Failure(Change change, KernelException cause) {}

    @Override
    void close();
}
