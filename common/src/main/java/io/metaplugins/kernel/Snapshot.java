package io.metaplugins.kernel;

import io.metaplugins.net.TableId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was read of one namespace: the answer to each question that was asked, and to no other.
 *
 * @param answers in the order in which the kernel listed them
 */
public record Snapshot(Map<Query, List<KernelObject>> answers) {

    /** The snapshot of a namespace of which nothing was asked. */
    public static final Snapshot EMPTY = new Snapshot(Map.of());

    public Snapshot {
        // Map.copyOf would lose the order of the questions, and with it the order of all().
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /**
     * The objects that the question brought.
     *
     * @throws IllegalStateException if it was never asked, for that is not the same as "none there"
     */
    public List<KernelObject> of(Query query) {
        List<KernelObject> found = find(query);
        if (found == null) {
            throw new IllegalStateException("the snapshot has no answer to " + query);
        }
        return found;
    }

    /** As {@link #of(Query)}, for a question whose answers are all of one kind. */
    public <T extends KernelObject> List<T> of(Query query, Class<T> kind) {
        return of(query).stream().map(kind::cast).toList();
    }

    public boolean answers(Query query) {
        return find(query) != null;
    }

    /** A narrow question is answered by a wide one too. */
    private @Nullable List<KernelObject> find(Query query) {
        List<KernelObject> exact = answers.get(query);
        if (exact != null) {
            return exact;
        }
        return switch (query) {
            case Query.Routes(var family, var table) when !table.equals(TableId.LOCAL) ->
                    filter(new Query.AllRoutes(family), o -> ((Route) o).table().equals(table));
            case Query.LinkNamed(var name) ->
                    filter(new Query.Links(), o -> ((Link) o).name().equals(name));
            case Query.LinkIndexed(var index) ->
                    filter(new Query.Links(), o -> ((Link) o).index() == index);
            default -> null;
        };
    }

    private @Nullable List<KernelObject> filter(Query wide, Predicate<KernelObject> test) {
        List<KernelObject> found = answers.get(wide);
        return found == null ? null : found.stream().filter(test).toList();
    }

    /** This snapshot with the missing answers added. */
    public Snapshot with(
            Iterable<? extends Query> queries, Function<Query, List<KernelObject>> reader) {
        Map<Query, List<KernelObject>> more = new LinkedHashMap<>(answers);
        for (Query query : queries) {
            if (!answers(query)) {
                more.computeIfAbsent(query, reader);
            }
        }
        return new Snapshot(more);
    }

    /** Every object of the kind, each once, whichever question brought it. */
    public <T extends KernelObject> List<T> all(Class<T> kind) {
        List<T> found = new ArrayList<>();
        answers.values().stream()
                .flatMap(List::stream)
                .filter(kind::isInstance)
                .map(kind::cast)
                .distinct()
                .forEach(found::add);
        return found;
    }
}
