package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.net.IpFamily;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes results in the form of every version, with what that version defines: addresses have a
 * {@code version} in 0.3 and 0.4, interfaces have {@code mtu}, {@code socketPath} and {@code pciID}
 * from 1.0 on, as the Go library has it.
 */
final class ResultWriter {
    private final Result result;
    private final CniVersion version;
    private final ObjectNode root = Json.emptyObject();

    private ResultWriter(Result result, CniVersion version) {
        this.result = result;
        this.version = version;
    }

    static ObjectNode write(Result result, CniVersion version) {
        ResultWriter writer = new ResultWriter(result, version);
        writer.root.put("cniVersion", version.toString());
        if (version.isAtLeast(CniVersion.V0_3_0)) {
            writer.writeCurrent();
        } else {
            writer.writeSingleAddresses();
        }
        writer.writeDns();
        result.extra().addTo(writer.root);
        return writer.root;
    }

    private void writeCurrent() {
        if (!result.interfaces().isEmpty()) {
            ArrayNode interfaces = root.putArray("interfaces");
            for (Result.Interface each : result.interfaces()) {
                writeInterface(each, interfaces.addObject());
            }
        }
        if (!result.ips().isEmpty()) {
            ArrayNode ips = root.putArray("ips");
            for (Result.Ip each : result.ips()) {
                writeIp(each, ips.addObject());
            }
        }
        writeRoutes(result.routes(), root);
    }

    private void writeInterface(Result.Interface each, ObjectNode fields) {
        fields.put("name", each.name());
        putText(fields, "mac", each.mac());
        if (version.isAtLeast(CniVersion.V1_0_0)) {
            putNumber(fields, "mtu", each.mtu());
        }
        putText(fields, "sandbox", each.sandbox());
        if (version.isAtLeast(CniVersion.V1_0_0)) {
            putText(fields, "socketPath", each.socketPath());
            putText(fields, "pciID", each.pciId());
        }
        each.extra().addTo(fields);
    }

    private void writeIp(Result.Ip each, ObjectNode fields) {
        if (!version.isAtLeast(CniVersion.V1_0_0)) {
            fields.put("version", each.address().family() == IpFamily.IPV4 ? "4" : "6");
        }
        if (each.interfaceIndex() != null) {
            fields.put("interface", each.interfaceIndex());
        }
        fields.put("address", each.address().toString());
        putText(fields, "gateway", each.gateway());
        each.extra().addTo(fields);
    }

    private void writeRoutes(List<Result.Route> routes, ObjectNode parent) {
        if (!routes.isEmpty()) {
            ArrayNode array = parent.putArray("routes");
            for (Result.Route each : routes) {
                writeRoute(each, array.addObject());
            }
        }
    }

    private void writeRoute(Result.Route each, ObjectNode fields) {
        fields.put("dst", each.destination().toString());
        putText(fields, "gw", each.gateway());
        if (version.isAtLeast(CniVersion.V0_3_0)) {
            putNumber(fields, "mtu", each.mtu());
            putNumber(fields, "advmss", each.advmss());
            putNumber(fields, "priority", each.priority());
            putNumber(fields, "table", each.table() == null ? null : each.table().value());
            putNumber(fields, "scope", each.scope() == null ? null : each.scope().longValue());
        }
        each.extra().addTo(fields);
    }

    private void writeDns() {
        Result.Dns dns = result.dns();
        ObjectNode fields = Json.emptyObject();
        putTexts(fields, "nameservers", dns.nameservers());
        putText(fields, "domain", dns.domain());
        putTexts(fields, "search", dns.search());
        putTexts(fields, "options", dns.options());
        dns.extra().addTo(fields);
        if (!fields.isEmpty()) {
            root.set("dns", fields);
        }
    }

    private void writeSingleAddresses() {
        if (result.ips().isEmpty() && !result.interfaces().isEmpty()) {
            throw new CniException(
                    ErrorCode.INCOMPATIBLE_VERSION,
                    "the result has interfaces and no address, which cniVersion '"
                            + version
                            + "' cannot express");
        }
        for (IpFamily family : IpFamily.values()) {
            for (Result.Ip each : result.ips()) {
                if (each.address().family() == family) {
                    writeSingleAddress(
                            each, root.putObject(family == IpFamily.IPV4 ? "ip4" : "ip6"));
                    break;
                }
            }
        }
    }

    private void writeSingleAddress(Result.Ip each, ObjectNode fields) {
        fields.put("ip", each.address().toString());
        putText(fields, "gateway", each.gateway());
        writeRoutes(
                result.routes().stream()
                        .filter(route -> route.destination().family() == each.address().family())
                        .toList(),
                fields);
        each.extra().addTo(fields);
    }

    private static void putText(ObjectNode fields, String key, @Nullable Object value) {
        if (value != null) {
            fields.put(key, value.toString());
        }
    }

    private static void putNumber(ObjectNode fields, String key, @Nullable Long value) {
        if (value != null) {
            fields.put(key, value);
        }
    }

    private static void putTexts(ObjectNode fields, String key, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = fields.putArray(key);
            for (String each : values) {
                array.add(each);
            }
        }
    }
}
