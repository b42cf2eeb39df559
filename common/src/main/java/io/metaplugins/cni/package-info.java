/**
 * The CNI protocol as values: a request is parsed, a plugin answers, one JSON document is written.
 *
 * <p>The law is <a href="https://github.com/containernetworking/cni/blob/main/SPEC.md">SPEC.md</a>
 * of containernetworking/cni; section numbers in this package are its own. Where SPEC.md leaves a
 * question open, the behaviour of its Go library ({@code pkg/skel}, {@code pkg/types}) is kept,
 * since runtimes are written against it.
 */
@NullMarked
package io.metaplugins.cni;

import org.jspecify.annotations.NullMarked;
