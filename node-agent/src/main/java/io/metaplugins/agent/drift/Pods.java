package io.metaplugins.agent.drift;

import io.metaplugins.engine.Namespace;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netlink.NamespaceIds;
import io.metaplugins.netlink.SettingsWatch;
import io.metaplugins.netlink.SettingsWatch.FarLink;
import io.metaplugins.plugin.Attachments;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pods that are heard of, by the numbers that the kernel tells of them with. */
final class Pods {
    private final Attachments attachments;
    private final NamespaceIds ids;
    private final SettingsWatch settings;
    private final Map<Integer, Namespace> byNumber = new HashMap<>();

    Pods(Attachments attachments, NamespaceIds ids, SettingsWatch settings) {
        this.attachments = attachments;
        this.ids = ids;
        this.settings = settings;
    }

    /**
     * Has the kernel tell of a pod, if it is there.
     *
     * @return the pod that had the number before, and so has ended; null if none had
     */
    @Nullable Namespace hear(Namespace pod) {
        Integer number = attachments.in(pod, ids::give).orElse(null);
        Namespace before = number == null ? null : byNumber.put(number, pod);
        return pod.equals(before) ? null : before;
    }

    @Nullable Namespace find(int number) {
        return byNumber.get(number);
    }

    /**
     * The kernel said that the number is nobody's any more. It gives it to the next one before it
     * says so: the pod that has it now is none that ended.
     *
     * @return the pod that had it, and has ended; null if none had
     */
    @Nullable Namespace end(int number) {
        Namespace pod = byNumber.get(number);
        if (pod == null
                || OptionalInt.of(number).equals(attachments.in(pod, ids::find).orElse(null))) {
            return null;
        }
        byNumber.remove(number);
        return pod;
    }

    /** Those of which settings changed that the kernel does not tell of. */
    Set<Namespace> changed(Roster roster) {
        Map<Namespace, Set<InterfaceName>> wanted = new HashMap<>();
        for (Watched each : roster.all()) {
            if (each.namespace() != null) {
                wanted.computeIfAbsent(each.namespace(), _ -> new HashSet<>())
                        .addAll(each.pod().settings());
            }
        }
        byNumber.values().retainAll(wanted.keySet());
        Set<FarLink> links = new HashSet<>();
        byNumber.forEach((number, pod) ->
                wanted.getOrDefault(pod, Set.of())
                        .forEach(name -> links.add(new FarLink(number, name))));
        Set<Namespace> changed = new HashSet<>();
        for (FarLink link : settings.changed(links)) {
            Namespace pod = byNumber.get(link.namespace());
            if (pod != null) {
                changed.add(pod);
            }
        }
        return changed;
    }
}
