package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.cni.Request;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Reads what requests say to a plugin; what they leave out, the node's settings may say.
 *
 * @param <C> the plugin's configuration
 */
record Configurations<C>(MetaPlugin<C> plugin, Node node) {
    private static final Logger log = LogManager.getLogger(Configurations.class);

    /**
     * A configuration without fault.
     *
     * @throws CniException naming all that is wrong with it, or with the node's settings
     */
    C read(Request request) {
        ConfigReader reader = request.configuration();
        C config = read(reader);
        reader.finish();
        reader.warnings().forEach(warning -> log.warn("{}", warning.text()));
        return config;
    }

    /**
     * The same; what is wrong is gathered in the reader.
     *
     * @throws CniException if the node's settings are wrong
     */
    C read(ConfigReader reader) {
        reader.fallBackOn(node.settings().defaults());
        return plugin.configure(reader);
    }

    /** For verbs that must succeed whatever became of the configuration. */
    C readLeniently(Request request) {
        ConfigReader reader = request.configuration();
        try {
            reader.fallBackOn(node.settings().defaults());
        } catch (CniException e) {
            log.warn("{}", e.details());
        }
        C config = plugin.configure(reader);
        reader.problems().forEach(problem -> log.warn("{}", problem.text()));
        return config;
    }
}
