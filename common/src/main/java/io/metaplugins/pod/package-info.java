/**
 * Facts about a pod and its node that planners share, resolved from what was seen. Pure, like the
 * planners.
 */
@NullMarked
package io.metaplugins.pod;

import org.jspecify.annotations.NullMarked;
