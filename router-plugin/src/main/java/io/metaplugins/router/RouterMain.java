package io.metaplugins.router;

import io.metaplugins.cni.PluginMain;
import io.metaplugins.engine.Ledger;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.log.LogOptions;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Verbs;
import java.util.List;

/** The executable {@code router}. */
public final class RouterMain {
    private RouterMain() {}

    /** Serves one request of a runtime, or a person. */
    public static void main(String[] arguments) {
        System.exit(
                router().run(
                                List.of(arguments),
                                System.getenv(),
                                System.in,
                                System.out,
                                System.err));
    }

    /** The router on this node. */
    public static PluginMain router() {
        Node node = new Node(JnrLibc.load(), Ledger.DEFAULT_ROOT);
        return new PluginMain(
                new Verbs<>(new RouterPlugin(), node, version()),
                LogOptions.defaults(RouterPlugin.NAME));
    }

    private static String version() {
        String version = RouterMain.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
