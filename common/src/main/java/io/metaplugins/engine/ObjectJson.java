package io.metaplugins.engine;

import io.metaplugins.json.JsonWriter;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;

/** The kernel's nouns in JSON: each field by its name, those that are null left out. */
final class ObjectJson {
    private ObjectJson() {}

    /** Writes the members of an object that has begun. */
    static void write(KernelObject object, JsonWriter out) {
        switch (object) {
            case Link link -> write(link, out);
            case Address address -> write(address, out);
            case Route route -> write(route, out);
            case Rule rule -> write(rule, out);
            case Neighbour neighbour -> write(neighbour, out);
            case Sysctl(var path, var value) ->
                    out.text("kind", "sysctl").text("path", path).text("value", value);
            case NftRule rule -> NftRuleJson.write(rule, out);
        }
    }

    private static void write(Link link, JsonWriter out) {
        out.text("kind", "link")
                .text("name", link.name())
                .number("index", link.index())
                .text("type", link.kind())
                .text("address", link.address())
                .number("mtu", link.mtu())
                .flag("up", link.up())
                .flag("loopback", link.loopback())
                .number("peerIndex", link.peerIndex())
                .number("peerNamespace", link.peerNamespace())
                .number("master", link.master())
                .number("txQueueLength", link.txQueueLength());
        Link.Peer peer = link.peer();
        if (peer != null) {
            out.text("peer", peer.name()).text("peerAddress", peer.address());
        }
    }

    private static void write(Address address, JsonWriter out) {
        out.text("kind", "address")
                .text("dev", address.dev())
                .text("cidr", address.cidr())
                .text("peer", address.peer())
                .name("scope", address.scope())
                .flag("tentative", address.tentative());
    }

    private static void write(Route route, JsonWriter out) {
        out.text("kind", "route")
                .text("destination", route.destination())
                .number("table", route.table().value())
                .text("via", route.via())
                .text("dev", route.dev())
                .text("source", route.source())
                .name("scope", route.scope())
                .number("metric", route.metric())
                .number("mtu", route.mtu())
                .flag("onlink", route.onlink())
                .number("protocol", route.protocol())
                .name("type", route.type());
    }

    private static void write(Rule rule, JsonWriter out) {
        TableId table = rule.table();
        out.text("kind", "rule")
                .name("family", rule.family())
                .number("priority", rule.priority())
                .text("from", rule.from())
                .text("to", rule.to())
                .number("mark", rule.mark())
                .number("mask", rule.mask())
                .text("iif", rule.iif())
                .text("oif", rule.oif())
                .number("table", table == null ? null : table.value())
                .number("protocol", rule.protocol());
    }

    private static void write(Neighbour neighbour, JsonWriter out) {
        out.text("kind", "neighbour")
                .text("dev", neighbour.dev())
                .text("address", neighbour.address())
                .text("mac", neighbour.mac())
                .flag("permanent", neighbour.permanent())
                .number("protocol", neighbour.protocol());
    }

    /**
     * @throws IllegalArgumentException if it is none of the nouns, or lacks what the noun must have
     */
    static KernelObject read(Fields in) {
        return switch (in.text("kind")) {
            case "link" -> link(in);
            case "address" ->
                    new Address(
                            new InterfaceName(in.text("dev")),
                            Cidr.parse(in.text("cidr")),
                            in.maybeText("peer", IpAddress::parse),
                            in.maybeText("scope", Scope::valueOf),
                            in.flag("tentative"));
            case "route" -> route(in);
            case "rule" -> rule(in);
            case "neighbour" ->
                    new Neighbour(
                            new InterfaceName(in.text("dev")),
                            IpAddress.parse(in.text("address")),
                            in.maybeText("mac", MacAddress::parse),
                            in.flag("permanent"),
                            in.maybeInteger("protocol"));
            case "sysctl" -> new Sysctl(in.text("path"), in.text("value"));
            case "nft rule" -> NftRuleJson.read(in);
            case String kind -> throw new IllegalArgumentException("there is no kind " + kind);
        };
    }

    private static Link link(Fields in) {
        return new Link(
                new InterfaceName(in.text("name")),
                Math.toIntExact(in.number("index")),
                in.maybeText("type", type -> type),
                in.maybeText("address", MacAddress::parse),
                in.maybeInteger("mtu"),
                in.maybeFlag("up"),
                in.flag("loopback"),
                in.maybeInteger("peerIndex"),
                in.maybeInteger("peerNamespace"),
                in.maybeInteger("master"),
                in.maybeInteger("txQueueLength"),
                in.has("peer")
                        ? new Link.Peer(
                                new InterfaceName(in.text("peer")),
                                MacAddress.parse(in.text("peerAddress")))
                        : null);
    }

    private static Route route(Fields in) {
        return new Route(
                Cidr.parse(in.text("destination")),
                new TableId(in.number("table")),
                in.maybeText("via", IpAddress::parse),
                in.maybeText("dev", InterfaceName::new),
                in.maybeText("source", IpAddress::parse),
                in.maybeText("scope", Scope::valueOf),
                in.maybeNumber("metric"),
                in.maybeInteger("mtu"),
                in.flag("onlink"),
                in.maybeInteger("protocol"),
                Route.Type.valueOf(in.text("type")));
    }

    private static Rule rule(Fields in) {
        return new Rule(
                IpFamily.valueOf(in.text("family")),
                in.number("priority"),
                in.maybeText("from", Cidr::parse),
                in.maybeText("to", Cidr::parse),
                in.maybeNumber("mark"),
                in.maybeNumber("mask"),
                in.maybeText("iif", InterfaceName::new),
                in.maybeText("oif", InterfaceName::new),
                in.has("table") ? new TableId(in.number("table")) : null,
                in.maybeInteger("protocol"));
    }
}
