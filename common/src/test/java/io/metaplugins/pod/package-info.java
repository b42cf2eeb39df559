/** Facts about a pod, resolved. */
@NullMarked
package io.metaplugins.pod;

import org.jspecify.annotations.NullMarked;
