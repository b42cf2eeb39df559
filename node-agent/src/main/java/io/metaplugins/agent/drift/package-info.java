/**
 * Keeps attachments as they were wished: hears what others change, looks, and puts right; takes
 * apart what belonged to pods that are gone.
 *
 * <p>{@link io.metaplugins.agent.drift.Keeper} is the one thread; {@link
 * io.metaplugins.agent.drift.Roster} knows whom there is to look after, {@link
 * io.metaplugins.agent.drift.Agenda} when, {@link io.metaplugins.agent.drift.Inspection} looks, and
 * {@link io.metaplugins.agent.drift.Remedy} acts.
 */
@NullMarked
package io.metaplugins.agent.drift;

import org.jspecify.annotations.NullMarked;
