/** What all tests share: commands as independent witnesses, and namespaces that end with a test. */
@NullMarked
package io.metaplugins.testkit;

import org.jspecify.annotations.NullMarked;
