package io.metaplugins.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the pod's nf_tables saw: by which interface the packets of a flow came in, and left. A flow
 * is known by a number that is its client's TCP port and its ping's identifier, which NAT keeps.
 */
final class Witness {
    static final String TABLE = "table inet witness";

    private static final String RULES =
            """
            ip netns exec pod nft -f - <<'END'
            table inet witness {
              set in_tcp { type ifname . inet_service; flags dynamic; size 65535; counter; }
              set in_ping { typeof iifname . icmp id; flags dynamic; size 65535; counter; }
              set in_ping6 { typeof iifname . icmpv6 id; flags dynamic; size 65535; counter; }
              set out_tcp { type ifname . inet_service; flags dynamic; size 65535; counter; }
              set out_ping { typeof oifname . icmp id; flags dynamic; size 65535; counter; }
              set out_ping6 { typeof oifname . icmpv6 id; flags dynamic; size 65535; counter; }
              chain in {
                type filter hook prerouting priority raw - 10;
                update @in_tcp { iifname . tcp sport }
                update @in_tcp { iifname . tcp dport }
                update @in_ping { iifname . icmp id }
                update @in_ping6 { iifname . icmpv6 id }
              }
              chain out {
                type filter hook postrouting priority srcnat + 10;
                update @out_tcp { oifname . tcp sport }
                update @out_tcp { oifname . tcp dport }
                update @out_ping { oifname . icmp id }
                update @out_ping6 { oifname . icmpv6 id }
              }
            }
            END
            """;

    static final String FORGET =
            """
            nsenter --net=/run/netns/pod -- nft -f - <<'END'
            flush set inet witness in_tcp
            flush set inet witness in_ping
            flush set inet witness in_ping6
            flush set inet witness out_tcp
            flush set inet witness out_ping
            flush set inet witness out_ping6
            END
            """;

    private final JsonNode seen;

    private Witness(JsonNode seen) {
        this.seen = seen;
    }

    static void install(Sandbox sandbox) {
        sandbox.run(RULES);
    }

    /** Reads what {@code nft -j list table inet witness} printed. */
    static Witness read(String json) {
        try {
            return new Witness(new ObjectMapper().readTree(json).path("nftables"));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The interfaces by which the flow's packets came in. */
    String in(int flow) {
        return interfaces("in_", flow);
    }

    /** The interfaces by which the flow's packets left. */
    String out(int flow) {
        return interfaces("out_", flow);
    }

    private String interfaces(String direction, int flow) {
        Set<String> names = new TreeSet<>();
        for (JsonNode object : seen) {
            JsonNode set = object.path("set");
            if (!set.path("name").asText().startsWith(direction)) {
                continue;
            }
            for (JsonNode element : set.path("elem")) {
                JsonNode key = element.path("elem").path("val").path("concat");
                if (key.path(1).asInt() == flow) {
                    names.add(key.path(0).asText());
                }
            }
        }
        return String.join("+", names);
    }
}
