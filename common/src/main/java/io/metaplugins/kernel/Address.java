package io.metaplugins.kernel;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address of an interface ({@code struct ifaddrmsg} of {@code linux/if_addr.h}).
 *
 * @param dev the interface
 * @param cidr {@code IFA_LOCAL} (else {@code IFA_ADDRESS}) and the prefix length
 * @param peer {@code IFA_ADDRESS} where it is not the address itself: the far end of a
 *     point-to-point link; null if none
 * @param scope null in a wish that leaves it to the kernel
 * @param tentative {@code IFA_F_TENTATIVE} or {@code IFA_F_DADFAILED}: not usable (yet)
 */
public record Address(
        InterfaceName dev,
        Cidr cidr,
        @Nullable IpAddress peer,
        @Nullable Scope scope,
        boolean tentative)
        implements KernelObject {

    @Override
    public Query query() {
        return new Query.Addresses(cidr.family());
    }

    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof Address address
                && address.dev.equals(dev)
                && address.cidr.equals(cidr);
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return observed instanceof Address address
                && sameAs(address)
                && Wish.holds(peer, address.peer)
                && Wish.holds(scope, address.scope);
    }

    @Override
    public String toString() {
        return "addr "
                + cidr
                + (peer == null ? "" : " peer " + peer)
                + " dev "
                + dev
                + (scope == null ? "" : " scope " + scope);
    }
}
