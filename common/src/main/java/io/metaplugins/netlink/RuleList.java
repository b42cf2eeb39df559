package io.metaplugins.netlink;

import io.metaplugins.kernel.Rule;
import io.metaplugins.libc.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a family while some are being removed. To the kernel, a selector that a removal
 * leaves out is not "all" but "any": {@code ip rule delete from all priority 1000 lookup 500} takes
 * the first rule of that priority and table, whatever it selects. So we look first.
 */
final class RuleList {
    private final List<Rule> rules;

    RuleList(List<Rule> rules) {
        this.rules = new ArrayList<>(rules);
    }

    /**
     * Takes the wish off the list.
     *
     * @throws RefusedException if the kernel would take another: ENOENT if there is no such rule,
     *     EBUSY if there is, but behind the other
     */
    void remove(Rule wish) {
        Rule first = null;
        for (Rule rule : rules) {
            if (kernelWouldTake(wish, rule)) {
                first = rule;
                break;
            }
        }
        if (first == null || wish.sameAs(first)) {
            rules.remove(first);
            return;
        }
        boolean behind = rules.stream().anyMatch(wish::sameAs);
        throw RefusedException.because(
                behind ? Errno.EBUSY : Errno.ENOENT, "there is only " + first + " to remove");
    }

    /** As {@code rule_find()} of the kernel compares. */
    private static boolean kernelWouldTake(Rule wish, Rule rule) {
        return wish.priority() == rule.priority()
                && Objects.equals(wish.table(), rule.table())
                && allows(wish.from(), rule.from())
                && allows(wish.to(), rule.to())
                && allows(wish.iif(), rule.iif())
                && allows(wish.oif(), rule.oif())
                && allows(nonZero(wish.mark()), rule.mark())
                && allows(nonZero(wish.mask()), rule.mask())
                && allows(wish.protocol(), rule.protocol());
    }

    private static boolean allows(@Nullable Object wished, @Nullable Object there) {
        return wished == null || wished.equals(there);
    }

    private static @Nullable Long nonZero(@Nullable Long value) {
        return value == null || value == 0 ? null : value;
    }
}
