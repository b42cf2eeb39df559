package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.CniVersion;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.cni.Request;
import io.metaplugins.cni.Result;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.pod.ChainedNic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The result of the plugins before, read for its NIC, and handed on with what has changed. */
public final class ChainedResult {
    private ChainedResult() {}

    /**
     * The NIC that the request is about, as the result tells of it.
     *
     * @throws CniException if the result has no address for it
     */
    public static ChainedNic nic(Request request, Result previous) {
        List<Result.Ip> ips = ips(request.ifName(), previous);
        if (ips.isEmpty()) {
            throw new CniException(
                    ErrorCode.INVALID_NETWORK_CONFIG,
                    "key 'prevResult.ips': there is no address of interface "
                            + request.ifName()
                            + ": want one from the IPAM of the plugin before");
        }
        Set<IpFamily> defaults = EnumSet.noneOf(IpFamily.class);
        previous.routes().stream()
                .map(Result.Route::destination)
                .filter(Cidr::isAny)
                .forEach(destination -> defaults.add(destination.family()));
        return new ChainedNic(
                request.ifName(),
                ips.stream().map(Result.Ip::address).toList(),
                ips.stream().flatMap(ip -> Stream.ofNullable(ip.gateway())).toList(),
                defaults);
    }

    /** The addresses of the request's NIC as far as the result tells; it may be missing. */
    public static List<IpAddress> addresses(Request request) {
        Result previous = request.prevResult();
        return previous == null
                ? List.of()
                : ips(request.ifName(), previous).stream()
                        .map(ip -> ip.address().address())
                        .toList();
    }

    /** An address that names no interface is the NIC's, as in results of versions before 0.3.0. */
    private static List<Result.Ip> ips(InterfaceName name, Result result) {
        return result.ips().stream()
                .filter(ip ->
                        ip.interfaceIndex() == null || isNic(name, result, ip.interfaceIndex()))
                .toList();
    }

    private static boolean isNic(InterfaceName name, Result result, int index) {
        if (index < 0 || index >= result.interfaces().size()) {
            throw new CniException(
                    ErrorCode.INVALID_NETWORK_CONFIG,
                    "key 'prevResult.ips.interface': value "
                            + index
                            + " is not allowed: want an index into prevResult.interfaces, which has "
                            + result.interfaces().size());
        }
        Result.Interface nic = result.interfaces().get(index);
        return nic.isInSandbox() && nic.name().equals(name.value());
    }

    /**
     * The result with the NIC's MAC address and, from version 1.1.0 on, its MTU and where its
     * routes are by now.
     */
    public static Result after(Request request, Result previous, Plan plan, Observation seen) {
        boolean detailed = request.version().isAtLeast(CniVersion.V1_1_0);
        MacAddress mac = wishedMac(request.ifName(), plan);
        Integer mtu = detailed ? mtu(request.ifName(), seen) : null;
        List<Result.Interface> interfaces = new ArrayList<>();
        for (Result.Interface each : previous.interfaces()) {
            boolean isNic = each.isInSandbox() && each.name().equals(request.ifName().value());
            interfaces.add(isNic ? changed(each, mac, mtu) : each);
        }
        List<Result.Route> routes =
                previous.routes().stream()
                        .map(route -> placed(route, request.ifName(), plan))
                        .toList();
        Result changed = previous.withInterfaces(interfaces);
        return detailed ? changed.withRoutes(routes) : changed;
    }

    /** The result with more interfaces behind the others; one that is listed already stays. */
    public static Result with(Result result, List<Result.Interface> more) {
        List<Result.Interface> interfaces = new ArrayList<>(result.interfaces());
        for (Result.Interface each : more) {
            if (interfaces.stream().noneMatch(other -> isSame(each, other))) {
                interfaces.add(each);
            }
        }
        return result.withInterfaces(interfaces);
    }

    private static boolean isSame(Result.Interface one, Result.Interface other) {
        return one.name().equals(other.name()) && Objects.equals(one.sandbox(), other.sandbox());
    }

    private static Result.Interface changed(
            Result.Interface nic, @Nullable MacAddress mac, @Nullable Integer mtu) {
        Result.Interface withMac = mac == null ? nic : nic.withMac(mac);
        return mtu == null ? withMac : withMac.withMtu(mtu.longValue());
    }

    private static @Nullable MacAddress wishedMac(InterfaceName name, Plan plan) {
        return plan.statements().stream()
                .map(Statement::object)
                .filter(object -> object instanceof Link link && link.name().equals(name))
                .map(object -> ((Link) object).address())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Integer mtu(InterfaceName name, Observation seen) {
        return seen.container().all(Link.class).stream()
                .filter(link -> link.name().equals(name))
                .map(Link::mtu)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** A route that the plan keeps in main is told with its table, scope and metric. */
    private static Result.Route placed(Result.Route route, InterfaceName nic, Plan plan) {
        return plan.statements().stream()
                .filter(statement -> statement.where() == Where.CONTAINER)
                .flatMap(statement ->
                        statement.object() instanceof Route kept ? Stream.of(kept) : Stream.of())
                .filter(kept -> nic.equals(kept.dev()) && kept.table().equals(TableId.MAIN))
                .filter(kept -> kept.destination().equals(route.destination().network()))
                .findFirst()
                .map(kept -> placed(route, kept))
                .orElse(route);
    }

    private static Result.Route placed(Result.Route route, Route kept) {
        return new Result.Route(
                route.destination(),
                route.gateway(),
                route.mtu(),
                route.advmss(),
                kept.metric() == null || kept.metric() == 0 ? route.priority() : kept.metric(),
                kept.table(),
                scope(kept),
                route.extra());
    }

    private static int scope(Route route) {
        return route.scope() == null ? Scope.GLOBAL.number() : route.scope().number();
    }
}
