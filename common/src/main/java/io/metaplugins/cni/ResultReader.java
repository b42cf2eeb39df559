package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads results of every version.
 *
 * <p>A field that the version does not define is kept as it is, whatever another version makes of
 * it; so a result that is read and written in one version loses nothing.
 */
final class ResultReader {
    private static final long UNSIGNED_INT = 0xffff_ffffL;
    private static final int LARGEST_SCOPE = 255;
    private static final String CIDR = "an address with its prefix's length, such as 10.1.0.5/16";
    private static final String ADDRESS = "an IP address";
    private static final Cidr NO_CIDR = Cidr.ANY_IPV4;

    private final ConfigReader root;
    private final CniVersion version;

    private ResultReader(ConfigReader root, CniVersion version) {
        this.root = root;
        this.version = version;
    }

    /**
     * Reads a result; in messages its fields have the path in front.
     *
     * @throws CniException with {@link ErrorCode#DECODING_FAILURE} naming every field that is wrong
     */
    static Result read(ObjectNode object, String path, CniVersion fallback) {
        ConfigReader root = ConfigReader.of(object, path);
        CniVersion version = versionOf(object, fallback);
        root.key("cniVersion");
        ResultReader reader = new ResultReader(root, version);
        Result result =
                version.isAtLeast(CniVersion.V0_3_0) ? reader.current() : reader.singleAddresses();
        if (!root.valueProblems().isEmpty()) {
            throw new CniException(
                    ErrorCode.DECODING_FAILURE, ConfigReader.textOf(root.valueProblems()));
        }
        return result;
    }

    private static CniVersion versionOf(ObjectNode object, CniVersion fallback) {
        JsonNode text = object.get("cniVersion");
        return text == null || !text.isTextual() || text.textValue().isEmpty()
                ? fallback
                : CniVersion.parse(text.textValue());
    }

    /** The form since 0.3.0. */
    private Result current() {
        List<Result.Interface> interfaces = new ArrayList<>();
        for (ConfigReader each : root.key("interfaces").objects()) {
            interfaces.add(readInterface(each));
        }
        List<Result.Ip> ips = new ArrayList<>();
        for (ConfigReader each : root.key("ips").objects()) {
            ips.add(readIp(each, interfaces.size()));
        }
        List<Result.Route> routes = readRoutes(root);
        Result.Dns dns = readDns();
        return new Result(interfaces, ips, routes, dns, root.extra());
    }

    private Result.Interface readInterface(ConfigReader fields) {
        ConfigKey name = fields.key("name");
        if (!name.isPresent()) {
            name.refuse("a string");
        }
        boolean extended = version.isAtLeast(CniVersion.V1_0_0);
        return new Result.Interface(
                name.text(""),
                emptyToNull(fields.key("mac").text()),
                extended ? fields.key("mtu").wholeNumber(0, UNSIGNED_INT) : null,
                emptyToNull(fields.key("sandbox").text()),
                extended ? emptyToNull(fields.key("socketPath").text()) : null,
                extended ? emptyToNull(fields.key("pciID").text()) : null,
                fields.extra());
    }

    private Result.Ip readIp(ConfigReader fields, int interfaces) {
        ConfigKey index = fields.key("interface");
        Long position = index.wholeNumber(0, Integer.MAX_VALUE);
        if (position != null && position >= interfaces) {
            index.refuse("a position in the list of " + interfaces + " interfaces, from 0");
        }
        if (!version.isAtLeast(CniVersion.V1_0_0)) {
            fields.key("version");
        }
        return new Result.Ip(
                position == null ? null : position.intValue(),
                required(fields.key("address")),
                readAddress(fields.key("gateway")),
                fields.extra());
    }

    private List<Result.Route> readRoutes(ConfigReader parent) {
        List<Result.Route> routes = new ArrayList<>();
        for (ConfigReader each : parent.key("routes").objects()) {
            routes.add(readRoute(each));
        }
        return routes;
    }

    private Result.Route readRoute(ConfigReader fields) {
        Cidr destination = required(fields.key("dst"));
        IpAddress gateway = readAddress(fields.key("gw"));
        if (!version.isAtLeast(CniVersion.V0_3_0)) {
            return new Result.Route(
                    destination, gateway, null, null, null, null, null, fields.extra());
        }
        Long scope = fields.key("scope").wholeNumber(0, LARGEST_SCOPE);
        return new Result.Route(
                destination,
                gateway,
                fields.key("mtu").wholeNumber(0, UNSIGNED_INT),
                fields.key("advmss").wholeNumber(0, UNSIGNED_INT),
                fields.key("priority").wholeNumber(0, UNSIGNED_INT),
                readTable(fields),
                scope == null ? null : scope.intValue(),
                fields.extra());
    }

    /** Table 0 is no table to the kernel, which then takes main: the field stays as it is. */
    private static @Nullable TableId readTable(ConfigReader fields) {
        if (fields.isZero("table")) {
            return null;
        }
        Long table = fields.key("table").wholeNumber(0, UNSIGNED_INT);
        return table == null ? null : new TableId(table);
    }

    private Result.Dns readDns() {
        ConfigReader fields = root.key("dns").object();
        return new Result.Dns(
                fields.key("nameservers").texts(),
                emptyToNull(fields.key("domain").text()),
                fields.key("search").texts(),
                fields.key("options").texts(),
                fields.extra());
    }

    /** The form before 0.3.0: one address of each family, with its routes. */
    private Result singleAddresses() {
        List<Result.Ip> ips = new ArrayList<>();
        List<Result.Route> routes = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            ConfigKey key = root.key(family == IpFamily.IPV4 ? "ip4" : "ip6");
            if (key.isPresent()) {
                ConfigReader fields = key.object();
                Cidr address = required(fields.key("ip"), family);
                IpAddress gateway = readAddress(fields.key("gateway"));
                routes.addAll(readRoutes(fields));
                ips.add(new Result.Ip(null, address, gateway, fields.extra()));
            }
        }
        Result.Dns dns = readDns();
        return new Result(List.of(), ips, routes, dns, root.extra());
    }

    private static Cidr required(ConfigKey key, IpFamily family) {
        Cidr cidr = required(key);
        if (cidr.family() != family && !cidr.isAny()) {
            key.refuse("an address of the family that the key before names");
        }
        return cidr;
    }

    private static Cidr required(ConfigKey key) {
        if (!key.isPresent()) {
            key.refuse(CIDR);
        }
        return key.parsed(Cidr::parse, CIDR, NO_CIDR);
    }

    private static @Nullable IpAddress readAddress(ConfigKey key) {
        return key.isEmptyText() ? null : key.parsed(IpAddress::parse, ADDRESS);
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
