package io.metaplugins.netlink;

import io.metaplugins.net.InterfaceName;
import org.jspecify.annotations.Nullable;

/** The two ways to say which interface is meant: a person's and the kernel's. */
public interface Interfaces {

    /** The name of the interface of that number; null if it is gone. */
    @Nullable InterfaceName name(int index);

    /**
     * The number of the interface of that name.
     *
     * @throws RefusedException if there is none (ENODEV)
     */
    int index(InterfaceName name);
}
