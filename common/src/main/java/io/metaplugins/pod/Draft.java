package io.metaplugins.pod;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.List;

/**
 * One plan in the making, in the order in which it is carried out. A wish that is stated already is
 * not stated again.
 */
public final class Draft {
    private final List<Statement> statements = new ArrayList<>();

    /** What was stated so far. */
    public List<Statement> statements() {
        return List.copyOf(statements);
    }

    /** Wishes for something in the pod. */
    public void pod(KernelObject object, String why) {
        add(Statement.present(Where.CONTAINER, object, why));
    }

    /** Wishes for something in the pod to be gone. */
    public void notInPod(KernelObject object, String why) {
        add(Statement.absent(Where.CONTAINER, object, why));
    }

    /** Wishes for something on the node, for this pod alone. */
    public void host(KernelObject object, String why) {
        add(Statement.present(Where.HOST, object, why));
    }

    /** Wishes for something on the node that all pods share. */
    public void node(KernelObject object, String why) {
        add(Statement.node(object, why));
    }

    private void add(Statement wish) {
        if (statements.stream().noneMatch(stated -> says(stated, wish))) {
            statements.add(wish);
        }
    }

    private static boolean says(Statement stated, Statement wish) {
        return stated.where() == wish.where()
                && stated.presence() == wish.presence()
                && stated.object().equals(wish.object());
    }
}
