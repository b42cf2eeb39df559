/**
 * Wishes as data. Planners are pure: they see values and make a {@link io.metaplugins.plan.Plan},
 * and never touch the kernel.
 */
@NullMarked
package io.metaplugins.plan;

import org.jspecify.annotations.NullMarked;
