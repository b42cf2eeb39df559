@NullMarked
package io.metaplugins.netlink;

import org.jspecify.annotations.NullMarked;
