/** JSON that is none, nearly one and one, with Jackson's own reader as the witness. */
@NullMarked
package io.metaplugins.json;

import org.jspecify.annotations.NullMarked;
