/**
 * JSON text to trees of Jackson's nodes, and back. Jackson's own mapper is not used: what it does
 * when it is made takes longer than a plugin's whole work.
 */
@NullMarked
package io.metaplugins.json;

import org.jspecify.annotations.NullMarked;
