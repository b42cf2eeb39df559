/**
 * Netlink, the kernel's protocol for everything that {@code ip} shows and changes (RFC 3549).
 *
 * <p>From the bottom up: {@link io.metaplugins.netlink.AttributeReader} and {@link
 * io.metaplugins.netlink.AttributeWriter} know how values lie in bytes; a codec for each noun of
 * {@code io.metaplugins.kernel} knows which values make it up; {@link
 * io.metaplugins.netlink.NetlinkSocket} knows how requests and answers belong together, and nothing
 * of what they say; {@link io.metaplugins.netlink.NetlinkKernel} puts them together.
 *
 * <p>Rules of nf_tables go over a socket of their own, in transactions: {@link
 * io.metaplugins.netlink.NftCodec}.
 *
 * <p>All numbers are in the machine's byte order, but for addresses and those of netfilter, which
 * are in the network's.
 */
@NullMarked
package io.metaplugins.netlink;

import org.jspecify.annotations.NullMarked;
