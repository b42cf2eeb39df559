package io.metaplugins.plugin;

import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.nio.file.Path;

/** How the namespace that a request names is opened. */
public interface Pods {
    /**
     * Opens it, for the caller to close.
     *
     * @throws NetnsException if it is not there, or none
     */
    Netns open(Path path);
}
