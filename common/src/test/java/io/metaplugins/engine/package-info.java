/** Plans on the real kernel: two namespaces stand for a node and a pod. */
@NullMarked
package io.metaplugins.engine;

import org.jspecify.annotations.NullMarked;
