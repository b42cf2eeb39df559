package io.metaplugins.engine;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.plan.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What it takes to make a statement true. Pure: it looks at a view and changes nothing. */
final class Differences {
    private Differences() {}

    /** The steps from the view to the statement; none if it holds already. */
    static List<Step> between(View view, Statement statement) {
        return between(view, statement, false);
    }

    /**
     * As {@link #between(View, Statement)}.
     *
     * @param ours whether what has the object's place came after one of our own making, so that
     *     there is nothing to put back
     */
    static List<Step> between(View view, Statement statement, boolean ours) {
        return switch (statement.presence()) {
            case PRESENT -> toHave(view, statement, ours);
            case ABSENT -> toBeRidOf(view, statement);
        };
    }

    private static List<Step> toHave(View view, Statement statement, boolean ours) {
        KernelObject wish = Owner.mark(statement.object());
        KernelObject same = null;
        for (KernelObject there : view.around(statement.where(), wish)) {
            if (wish.satisfiedBy(there)) {
                return List.of();
            }
            if (same == null && wish.sameAs(there)) {
                same = there;
            }
        }
        if (same != null && !ours) {
            refuseWhatCannotBePutBack(statement, same);
        }
        Effect effect =
                new Effect(
                        statement.where(),
                        statement.lifetime(),
                        beforeImage(wish, same),
                        wish,
                        false);
        return List.of(Step.towards(effect, statement.why()));
    }

    private static List<Step> toBeRidOf(View view, Statement statement) {
        KernelObject wish = statement.object();
        if (wish instanceof Link || wish instanceof Sysctl) {
            throw new IllegalArgumentException(statement + ": only what can be made can go");
        }
        List<KernelObject> around = view.around(statement.where(), wish);
        List<KernelObject> staying = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (int index = 0; index < around.size(); index++) {
            KernelObject there = around.get(index);
            if (!wish.satisfiedBy(there)) {
                staying.add(there);
                continue;
            }
            List<KernelObject> behind = around.subList(index + 1, around.size());
            boolean ahead =
                    there instanceof Route
                            && staying.stream().noneMatch(there::sameAs)
                            && behind.stream().anyMatch(there::sameAs);
            Effect effect = new Effect(statement.where(), statement.lifetime(), there, null, ahead);
            steps.add(Step.towards(effect, statement.why()));
        }
        return steps;
    }

    /** Of a link only what the wish states, since the rest of it is not ours to put back. */
    private static @Nullable KernelObject beforeImage(
            KernelObject wish, @Nullable KernelObject there) {
        return there instanceof Link was && wish instanceof Link link ? was.inTermsOf(link) : there;
    }

    private static void refuseWhatCannotBePutBack(Statement statement, KernelObject there) {
        boolean lost =
                switch (there) {
                    case Route route ->
                            route.type() == Route.Type.UNICAST
                                    && route.via() == null
                                    && route.dev() == null;
                    case Address _ -> true;
                    // Another container's, whose name begins like ours.
                    case Link link ->
                            statement.object() instanceof Link pair
                                    && pair.peer() != null
                                    && !Objects.equals(pair.address(), link.address());
                    case Rule _, Neighbour _, Sysctl _, NftRule _ -> false;
                };
        if (lost) {
            throw new KernelException(
                    statement
                            + " ("
                            + statement.why()
                            + "): EEXIST (found "
                            + there
                            + ", which could not be put back)",
                    "EEXIST");
        }
    }
}
