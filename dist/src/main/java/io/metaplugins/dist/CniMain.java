package io.metaplugins.dist;

import io.metaplugins.cni.Plugin;
import io.metaplugins.cni.PluginMain;
import io.metaplugins.engine.Ledger;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.log.LogOptions;
import io.metaplugins.plugin.MetaPlugin;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Verbs;
import io.metaplugins.router.RouterPlugin;
import io.metaplugins.veth.VethPlugin;
import java.util.List;

/** All executables: which plugin it is, the name tells by which it is executed. */
public final class CniMain {
    private static final int NAMES = 2;

    private CniMain() {}

    /**
     * Serves one request of a runtime, or a person.
     *
     * @param arguments the name of the executable as it was called, its name where the links end,
     *     and what it was called with
     */
    public static void main(String[] arguments) {
        List<String> all = List.of(arguments);
        System.exit(
                plugin(all.subList(0, NAMES))
                        .run(
                                all.subList(NAMES, all.size()),
                                System.getenv(),
                                System.in,
                                System.out,
                                System.err));
    }

    /** The plugin of the first name that is one's, on this node. */
    static PluginMain plugin(List<String> names) {
        for (String name : names) {
            switch (name) {
                case RouterPlugin.NAME -> {
                    return main(new RouterPlugin());
                }
                case VethPlugin.NAME -> {
                    return main(new VethPlugin());
                }
                case CoordinatorPlugin.NAME -> {
                    return main(new CoordinatorPlugin());
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException(
                "executed as "
                        + String.join(", which is ", names)
                        + ": want "
                        + RouterPlugin.NAME
                        + ", "
                        + VethPlugin.NAME
                        + " or "
                        + CoordinatorPlugin.NAME);
    }

    private static PluginMain main(MetaPlugin<?> plugin) {
        Node node = new Node(JnrLibc.load(), Ledger.DEFAULT_ROOT);
        return new PluginMain(verbs(plugin, node), LogOptions.defaults(plugin.name()));
    }

    private static <C> Plugin verbs(MetaPlugin<C> plugin, Node node) {
        return new Verbs<>(plugin, node, version());
    }

    private static String version() {
        String version = CniMain.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
