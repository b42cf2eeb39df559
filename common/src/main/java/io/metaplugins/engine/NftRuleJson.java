package io.metaplugins.engine;

import io.metaplugins.json.JsonWriter;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.ConnectionMarked;
import io.metaplugins.kernel.NftRule.DestinationTranslated;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.Mark;
import io.metaplugins.kernel.NftRule.MarkConnection;
import io.metaplugins.kernel.NftRule.MarkPacket;
import io.metaplugins.kernel.NftRule.Masquerade;
import io.metaplugins.kernel.NftRule.NewConnection;
import io.metaplugins.kernel.NftRule.OfDirection;
import io.metaplugins.kernel.NftRule.OutInterface;
import io.metaplugins.kernel.NftRule.Part;
import io.metaplugins.kernel.NftRule.Unknown;
import io.metaplugins.net.InterfaceName;
import java.util.ArrayList;
import java.util.List;

/** A rule of nf_tables in JSON. */
final class NftRuleJson {
    private NftRuleJson() {}

    static void write(NftRule rule, JsonWriter out) {
        NftChain chain = rule.chain();
        out.text("kind", "nft rule")
                .text("table", chain.table())
                .text("chain", chain.name())
                .name("type", chain.type())
                .name("hook", chain.hook())
                .number("priority", chain.priority())
                .text("name", rule.name());
        out.beginList("parts");
        for (Part part : rule.parts()) {
            write(part, out.begin());
            out.end();
        }
        out.endList();
    }

    private static void write(Part part, JsonWriter out) {
        switch (part) {
            case InInterface(var dev) -> out.text("part", "iifname").text("dev", dev);
            case OutInterface(var dev) -> out.text("part", "oifname").text("dev", dev);
            case NewConnection() -> out.text("part", "ct state new");
            case OfDirection(var reply) -> out.text("part", "ct direction").flag("reply", reply);
            case DestinationTranslated() -> out.text("part", "ct status dnat");
            case ConnectionMarked(var mark) -> write("ct mark", mark, out);
            case MarkConnection(var mark) -> write("ct mark set", mark, out);
            case MarkPacket(var mark) -> write("meta mark set", mark, out);
            case Masquerade(var random) -> out.text("part", "masquerade").flag("random", random);
            case Unknown(var expression) ->
                    out.text("part", "unknown").text("expression", expression);
        }
    }

    private static void write(String part, Mark mark, JsonWriter out) {
        out.text("part", part).number("value", mark.value()).number("mask", mark.mask());
    }

    static NftRule read(Fields in) {
        List<Part> parts = new ArrayList<>();
        in.array("parts").forEach(part -> parts.add(part(part)));
        return new NftRule(
                new NftChain(
                        in.text("table"),
                        in.text("chain"),
                        NftChain.Type.valueOf(in.text("type")),
                        NftChain.Hook.valueOf(in.text("hook")),
                        Math.toIntExact(in.number("priority"))),
                in.text("name"),
                parts);
    }

    private static Part part(Fields in) {
        return switch (in.text("part")) {
            case "iifname" -> new InInterface(new InterfaceName(in.text("dev")));
            case "oifname" -> new OutInterface(new InterfaceName(in.text("dev")));
            case "ct state new" -> new NewConnection();
            case "ct direction" -> new OfDirection(in.flag("reply"));
            case "ct status dnat" -> new DestinationTranslated();
            case "ct mark" -> new ConnectionMarked(mark(in));
            case "ct mark set" -> new MarkConnection(mark(in));
            case "meta mark set" -> new MarkPacket(mark(in));
            case "masquerade" -> new Masquerade(in.flag("random"));
            case "unknown" -> new Unknown(in.text("expression"));
            case String part -> throw new IllegalArgumentException("there is no part " + part);
        };
    }

    private static Mark mark(Fields in) {
        return new Mark(in.number("value"), in.number("mask"));
    }
}
