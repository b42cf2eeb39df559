package io.metaplugins.command;

import io.metaplugins.engine.Kernel;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Packet;
import io.metaplugins.kernel.Query;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.plan.Where;
import io.metaplugins.plugin.Session;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trace}: why a packet of a pod leaves by the interface that it leaves by. */
@CommandLine.Command(
        name = "trace",
        description =
                "Tells which rule, table, route and neighbour a packet of the pod meets, by the"
                        + " kernel's own lookup, and which statement put each there. Status 1 if there is"
                        + " no way.")
final class TraceCommand implements Callable<Integer> {
    private static final long LARGEST_MARK = 0xffff_ffffL;

    private static final IpAddress ALL_HOSTS = IpAddress.parse("255.255.255.255");

    private final Surroundings surroundings;

    @Parameters(
            index = "0",
            paramLabel = "POD",
            description = "Container id, or the beginning of one, or namespace/name.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "IP address.")
    private @Nullable IpAddress destination;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "Source address. Without it the kernel chooses.")
    private @Nullable IpAddress from;

    @Option(
            names = "--mark",
            paramLabel = "N",
            defaultValue = "0",
            description = "Mark of the packet, decimal or 0x….")
    private String mark = "0";

    @Option(
            names = "--from-interface",
            paramLabel = "INTERFACE",
            description = "What came in by this interface of the pod, in place of what it sends.")
    private @Nullable InterfaceName iif;

    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    TraceCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Packet packet = packet();
        Pod pod = Records.of(surroundings.node()).find(name);
        try (Session session = surroundings.node().enterIfThere(pod.receipts().getLast())) {
            if (!session.hasContainer()) {
                throw new CommandException("the namespace of " + pod + " is gone");
            }
            Kernel kernel = session.kernels().in(Where.CONTAINER);
            requireOwnSource(packet, kernel);
            return tell(packet, new Reasons(pod), kernel);
        }
    }

    private Packet packet() {
        if (destination == null) {
            throw wrong("DESTINATION is missing");
        }
        if (destination.isMulticast() || destination.equals(ALL_HOSTS)) {
            throw wrong(
                    "DESTINATION: what goes to "
                            + destination
                            + " leaves by its socket's interface, whatever the tables say");
        }
        try {
            return new Packet(destination, from, mark(), iif);
        } catch (IllegalArgumentException e) {
            throw wrong("--from: " + e.getMessage());
        }
    }

    private long mark() {
        try {
            long value = Long.decode(mark);
            if (value >= 0 && value <= LARGEST_MARK) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw wrong("--mark: '" + mark + "' is no number");
        }
        throw wrong("--mark: '" + mark + "' is not within 0..0xffffffff");
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), message);
    }

    /** The kernel would answer for any, but nothing that the pod sends could have it. */
    private static void requireOwnSource(Packet packet, Kernel kernel) {
        IpAddress source = packet.source();
        if (source == null || packet.iif() != null) {
            return;
        }
        List<String> own =
                kernel.read(new Query.Addresses(source.family())).stream()
                        .map(address -> ((Address) address).cidr().address().toString())
                        .toList();
        if (!own.contains(source.toString())) {
            throw new CommandException(
                    "--from: "
                            + source
                            + " is no address of the pod, which has "
                            + String.join(", ", own));
        }
    }

    private int tell(Packet packet, Reasons reasons, Kernel kernel) {
        PrintStream out = surroundings.out();
        out.println(packet);
        Trace first = Trace.of(packet, kernel);
        if (first == null) {
            out.println("there is no way: no rule for the packet leads to a route");
            return Command.FAILURE;
        }
        new TraceText(first, reasons).lines().forEach(out::println);
        Trace second = again(first, kernel);
        if (second != null && second.differsFrom(first)) {
            out.println();
            out.println(
                    "a connected socket (TCP, and most of UDP) asks again with the address that it"
                            + " got: "
                            + second.packet());
            new TraceText(second, reasons).lines().forEach(out::println);
        }
        return Command.SUCCESS;
    }

    /**
     * {@code ip_route_connect()} of the kernel looks up once to find a source address, and once
     * more with it; {@code ip6_dst_lookup_tail()} once.
     */
    private static @Nullable Trace again(Trace first, Kernel kernel) {
        Packet packet = first.packet();
        IpAddress got = first.way().source();
        return packet.source() == null && packet.iif() == null && got != null && got.isIpv4()
                ? Trace.of(packet.withSource(got), kernel)
                : null;
    }
}
