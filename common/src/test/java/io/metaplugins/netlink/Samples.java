package io.metaplugins.netlink;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Objects that the kernel could have, each field drawn on its own. */
final class Samples {
    private final RandomGenerator random;

    Samples(RandomGenerator random) {
        this.random = random;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private InterfaceName dev() {
        return random.nextBoolean() ? Captured.V0 : Captured.V1;
    }

    private IpAddress address(IpFamily family) {
        return switch (family) {
            case IPV4 -> new IpAddress(family, 0, random.nextInt() & 0xffff_ffffL);
            case IPV6 ->
                    random.nextInt(4) == 0
                            ? new IpAddress(family, 0, 0xffff_0000_0000L | random.nextInt())
                            : new IpAddress(family, random.nextLong(), random.nextLong());
        };
    }

    private Cidr cidr(IpFamily family) {
        return new Cidr(address(family), random.nextInt(family.addressBits() + 1));
    }

    private TableId table() {
        return new TableId(random.nextLong(1, random.nextBoolean() ? 256 : 0x1_0000_0000L));
    }

    private long unsigned() {
        return random.nextInt() & 0xffff_ffffL;
    }

    private MacAddress mac() {
        return new MacAddress(random.nextLong() >>> 16);
    }

    private int protocol() {
        return random.nextInt(256);
    }

    Route route() {
        IpFamily family = one(IpFamily.values());
        return new Route(
                cidr(family).network(),
                table(),
                maybe(() -> address(family)),
                maybe(this::dev),
                maybe(() -> address(family)),
                family == IpFamily.IPV6 ? Scope.GLOBAL : one(Scope.values()),
                maybe(this::unsigned),
                maybe(random::nextInt),
                random.nextBoolean(),
                protocol(),
                one(Route.Type.values()));
    }

    Rule rule() {
        IpFamily family = one(IpFamily.values());
        Long mask = maybe(this::unsigned);
        return new Rule(
                family,
                unsigned(),
                selector(family),
                selector(family),
                mask == null ? null : Long.valueOf(unsigned()),
                mask,
                maybe(this::dev),
                maybe(this::dev),
                table(),
                protocol());
    }

    /** A selector of length 0 is none. */
    private @Nullable Cidr selector(IpFamily family) {
        Cidr cidr = cidr(family);
        return cidr.isAny() ? null : cidr;
    }

    Address addressOfLink() {
        IpFamily family = one(IpFamily.values());
        Cidr cidr = cidr(family);
        IpAddress peer = maybe(() -> address(family));
        return new Address(
                dev(), cidr, cidr.address().equals(peer) ? null : peer, one(Scope.values()), false);
    }

    Neighbour neighbour() {
        return new Neighbour(
                dev(),
                address(one(IpFamily.values())),
                maybe(this::mac),
                random.nextBoolean(),
                protocol());
    }

    NftChain chain() {
        return new NftChain(
                name(),
                name(),
                one(NftChain.Type.values()),
                one(NftChain.Hook.values()),
                random.nextInt());
    }

    private String name() {
        return random.ints(random.nextInt(60), '#', 'z')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                + (random.nextBoolean() ? "" : "\u00e4 \u732b");
    }

    NftRule nftRule() {
        List<NftRule.Part> parts = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            parts.add(part());
        }
        return new NftRule(chain(), name(), parts);
    }

    private NftRule.Part part() {
        return switch (random.nextInt(9)) {
            case 0 -> new NftRule.InInterface(dev());
            case 1 -> new NftRule.OutInterface(new InterfaceName("fifteen-bytes-x"));
            case 2 -> new NftRule.NewConnection();
            case 3 -> new NftRule.OfDirection(random.nextBoolean());
            case 4 -> new NftRule.DestinationTranslated();
            case 5 -> new NftRule.ConnectionMarked(mark());
            case 6 -> new NftRule.MarkConnection(mark());
            case 7 -> new NftRule.MarkPacket(mark());
            default -> new NftRule.Masquerade(random.nextBoolean());
        };
    }

    private NftRule.Mark mark() {
        long mask = random.nextInt(8) == 0 ? 0xffff_ffffL : unsigned();
        return new NftRule.Mark(unsigned() & mask, mask);
    }

    Link link() {
        return new Link(
                dev(),
                0,
                null,
                maybe(this::mac),
                maybe(random::nextInt),
                random.nextBoolean(),
                false,
                null,
                null,
                null,
                null,
                null);
    }
}
