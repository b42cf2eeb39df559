/** Routes a pod that has an overlay NIC and one or more NICs on the underlay. */
@NullMarked
package io.metaplugins.router;

import org.jspecify.annotations.NullMarked;
