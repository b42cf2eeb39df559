package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Where;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two ends of an attachment. Whoever opened the kernels closes them.
 *
 * @param host the node's namespace
 * @param container the pod's namespace; null when it is gone, as it may be at DEL
 */
public record Kernels(Kernel host, @Nullable Container container) {

    /** The pod's namespace, and which one it is. */
    public record Container(Namespace namespace, Kernel kernel) {}

    /** Whether that end is there. */
    public boolean has(Where where) {
        return where == Where.HOST || container != null;
    }

    /** The kernel of one end, which must be there. */
    public Kernel in(Where where) {
        if (where == Where.HOST) {
            return host;
        }
        if (container == null) {
            throw new IllegalStateException("the container's namespace is not there");
        }
        return container.kernel();
    }

    /** What is known, and the answers to the questions besides. */
    public Observation read(Questions questions, Observation known) {
        return new Observation(
                read(Where.HOST, questions, known), read(Where.CONTAINER, questions, known));
    }

    private Snapshot read(Where where, Questions questions, Observation known) {
        return known.in(where).with(questions.in(where), query -> readOne(where, query));
    }

    private List<KernelObject> readOne(Where where, Query query) {
        try {
            return in(where).read(query);
        } catch (KernelException e) {
            throw e.at(where.toString());
        }
    }
}
