package io.metaplugins.cni;

import io.metaplugins.json.Json;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an attachment consists of: the answer to ADD, and the {@code prevResult} of a request
 * (SPEC.md section 5 "ADD Success"). This is the form of version 1.1.0; {@link #parse} and {@link
 * #toJson} convert from and to all older ones.
 */
public record Result(
        List<Interface> interfaces, List<Ip> ips, List<Route> routes, Dns dns, Extra extra) {
    public static final Result EMPTY = new Result(List.of(), List.of(), List.of(), Dns.NONE);

    public Result {
        interfaces = List.copyOf(interfaces);
        ips = List.copyOf(ips);
        routes = List.copyOf(routes);
    }

    public Result(List<Interface> interfaces, List<Ip> ips, List<Route> routes, Dns dns) {
        this(interfaces, ips, routes, dns, Extra.NONE);
    }

    /**
     * An interface of the attachment, in the container or on the host.
     *
     * @param name as the plugin that made it says; see {@link InterfaceName} for what the kernel
     *     allows
     * @param mac hardware address as text, since not all have the six bytes of Ethernet
     * @param mtu bytes
     * @param sandbox path of the network namespace; null for the host's
     * @param socketPath absolute path of the socket file that belongs to the interface
     * @param pciId address of the PCI device behind the interface
     */
    public record Interface(
            String name,
            @Nullable String mac,
            @Nullable Long mtu,
            @Nullable String sandbox,
            @Nullable String socketPath,
            @Nullable String pciId,
            Extra extra) {
        public Interface(
                String name, MacAddress mac, @Nullable Long mtu, @Nullable String sandbox) {
            this(name, mac.toString(), mtu, sandbox, null, null, Extra.NONE);
        }

        /** Whether it is in a container and not on the host. */
        public boolean isInSandbox() {
            return sandbox != null;
        }

        public Interface withMac(MacAddress other) {
            return new Interface(name, other.toString(), mtu, sandbox, socketPath, pciId, extra);
        }

        public Interface withMtu(@Nullable Long other) {
            return new Interface(name, mac, other, sandbox, socketPath, pciId, extra);
        }
    }

    /**
     * An address of the attachment.
     *
     * @param interfaceIndex position in {@link Result#interfaces()}; null if nobody said
     * @param address with the length of its subnet's prefix
     * @param gateway the subnet's default gateway; null if there is none
     */
    public record Ip(
            @Nullable Integer interfaceIndex,
            Cidr address,
            @Nullable IpAddress gateway,
            Extra extra) {
        public Ip(@Nullable Integer interfaceIndex, Cidr address, @Nullable IpAddress gateway) {
            this(interfaceIndex, address, gateway, Extra.NONE);
        }
    }

    /**
     * A route of the attachment, in the container.
     *
     * @param destination {@code dst}
     * @param gateway {@code gw}; null leaves it to the gateway of {@link Result#ips()}
     * @param mtu of the path, bytes
     * @param advmss maximal segment size to advertise over TCP, bytes
     * @param priority metric: the lower is preferred
     * @param table null for main
     * @param scope a number of {@code enum rt_scope_t}: 0 global, 253 link, 254 host
     */
    public record Route(
            Cidr destination,
            @Nullable IpAddress gateway,
            @Nullable Long mtu,
            @Nullable Long advmss,
            @Nullable Long priority,
            @Nullable TableId table,
            @Nullable Integer scope,
            Extra extra) {
        public Route(Cidr destination, @Nullable IpAddress gateway) {
            this(destination, gateway, null, null, null, null, null, Extra.NONE);
        }

        /** This route in another table, with all else kept. */
        public Route inTable(@Nullable TableId other) {
            return new Route(destination, gateway, mtu, advmss, priority, other, scope, extra);
        }
    }

    /** What the container's resolver is to be told. */
    public record Dns(
            List<String> nameservers,
            @Nullable String domain,
            List<String> search,
            List<String> options,
            Extra extra) {
        public static final Dns NONE = new Dns(List.of(), null, List.of(), List.of(), Extra.NONE);

        public Dns {
            nameservers = List.copyOf(nameservers);
            search = List.copyOf(search);
            options = List.copyOf(options);
        }
    }

    /**
     * Reads a result in the form of the version that its own {@code cniVersion} names, and if it
     * names none, of the one given.
     *
     * @throws CniException with {@link ErrorCode#DECODING_FAILURE} naming every field that is wrong
     */
    public static Result parse(String json, CniVersion fallback) {
        return ResultReader.read(Input.decode(json), "result", fallback);
    }

    /**
     * This result as JSON in the form of a version. Forms before 0.3.0 hold one address of each
     * family and no interfaces: the first of each is what remains.
     *
     * @throws CniException with {@link ErrorCode#INCOMPATIBLE_VERSION} if the form cannot express
     *     it at all
     */
    public String toJson(CniVersion version) {
        return Json.write(ResultWriter.write(this, version));
    }

    public Result withInterfaces(List<Interface> other) {
        return new Result(other, ips, routes, dns, extra);
    }

    public Result withRoutes(List<Route> other) {
        return new Result(interfaces, ips, other, dns, extra);
    }
}
