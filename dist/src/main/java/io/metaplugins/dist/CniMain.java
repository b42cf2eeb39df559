package io.metaplugins.dist;

import io.metaplugins.cni.Meter;
import io.metaplugins.engine.Ledger;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.NodeSettings;
import io.metaplugins.plugin.Plugins;
import io.metaplugins.router.RouterPlugin;
import io.metaplugins.veth.VethPlugin;
import java.nio.file.Path;
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
                plugins()
                        .main(all.subList(0, NAMES), node())
                        .run(
                                all.subList(NAMES, all.size()),
                                System.getenv(),
                                System.in,
                                System.out,
                                System.err));
    }

    /** This one, as its settings are at each moment. */
    static Node node() {
        Path settings = NodeSettings.file(System.getenv());
        return new Node(
                JnrLibc.load(), Ledger.DEFAULT_ROOT, Meter.NONE, () -> NodeSettings.read(settings));
    }

    /** Those of this build. */
    static Plugins plugins() {
        String version = CniMain.class.getPackage().getImplementationVersion();
        return new Plugins(
                List.of(new RouterPlugin(), new VethPlugin(), new CoordinatorPlugin()),
                version == null ? "(not packaged)" : version);
    }
}
