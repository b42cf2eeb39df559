package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.PluginMain;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.log.LogOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The plugins of a build, by their names.
 *
 * @param all of them
 * @param version of the build
 */
public record Plugins(List<MetaPlugin<?>> all, String version) {

    public Plugins {
        all = List.copyOf(all);
    }

    /** The plugin of the first name that is one's. */
    public Optional<MetaPlugin<?>> named(List<String> names) {
        for (String name : names) {
            for (MetaPlugin<?> plugin : all) {
                if (plugin.name().equals(name)) {
                    return Optional.of(plugin);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The protocol around the plugin of the first name that is one's.
     *
     * @throws IllegalArgumentException if none is
     */
    public PluginMain main(List<String> names, Node node) {
        MetaPlugin<?> plugin =
                named(names)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "executed as "
                                                + String.join(", which is ", names)
                                                + ": want one of "
                                                + listed()));
        return new PluginMain(
                verbs(plugin, node), LogOptions.defaults(plugin.name()), node.meter());
    }

    private String listed() {
        return all.stream().map(MetaPlugin::name).collect(Collectors.joining(", "));
    }

    /**
     * Plans an attachment anew, as {@link Replanning#renew}.
     *
     * @param revision of what was asked for
     * @param changes false to see only what would be done
     * @param patience with who is at work on it
     * @return empty if it is not one of these plugins', not known what was asked for, or the pod is
     *     gone
     */
    public Optional<Renewal> renew(
            Receipt receipt,
            Node node,
            UnaryOperator<Origin> revision,
            boolean changes,
            Duration patience) {
        return named(List.of(receipt.id().plugin()))
                .flatMap(plugin ->
                        new Replanning<>(plugin, node).renew(receipt, revision, changes, patience));
    }

    /**
     * Reads an attachment's configuration as it is to be.
     *
     * @throws CniException naming all that is wrong with it
     */
    public void prove(Receipt receipt, Origin revised, Node node) {
        named(List.of(receipt.id().plugin()))
                .ifPresent(plugin -> new Replanning<>(plugin, node).prove(receipt, revised));
    }

    private <C> Verbs<C> verbs(MetaPlugin<C> plugin, Node node) {
        return new Verbs<>(plugin, node, version);
    }
}
