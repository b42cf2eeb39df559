package io.metaplugins.command;

import io.metaplugins.cni.CniException;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.netns.NetnsException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/**
 * The program {@code meta-plugins}, as a value: one execution with its arguments, streams and exit
 * status. It works on the ledger and on the kernel by the same code as the plugins, so all but what
 * is the agent's own needs no agent.
 */
@CommandLine.Command(
        name = Command.NAME,
        description = "Shows, explains, checks and mends what the CNI plugins of this node did.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all is well, or was done",
            "1:something deviates, is not there, or could not be done",
            "2:the command line is wrong"
        })
public final class Command {
    static final String NAME = "meta-plugins";
    static final int SUCCESS = 0;
    static final int FAILURE = 1;
    private static final int USAGE = 2;
    private static final int USAGE_WIDTH = 100;

    private final Surroundings surroundings;

    public Command(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Executes the program once.
     *
     * @return the exit status
     */
    public int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            commandLine().usage(surroundings.err(), Ansi.OFF);
            return USAGE;
        }
        int status = commandLine().execute(arguments.toArray(String[]::new));
        return surroundings.out().checkError() && status == SUCCESS ? FAILURE : status;
    }

    /** The command line with all subcommands, for execution and for whoever describes it. */
    CommandLine commandLine() {
        CommandLine line = new CommandLine(this);
        line.getCommandSpec()
                .addOption(help())
                .addOption(
                        OptionSpec.builder("--version")
                                .versionHelp(true)
                                .description("Shows the version, and ends.")
                                .build())
                .version(NAME + " " + surroundings.plugins().version());
        Subcommands.of(surroundings).forEach(line::addSubcommand);
        return line.setUsageHelpWidth(USAGE_WIDTH)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(IpAddress.class, text -> read(text, IpAddress::parse))
                .registerConverter(InterfaceName.class, text -> read(text, InterfaceName::new))
                .setOut(writer(surroundings.out()))
                .setErr(writer(surroundings.err()))
                .setParameterExceptionHandler((e, _) -> refuse(e))
                .setExecutionExceptionHandler((e, _, _) -> fail(e));
    }

    /** Of each subcommand too. */
    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Shows what can be said, and ends.")
                .build();
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, /* autoFlush= */ true, StandardCharsets.UTF_8);
    }

    private static <T> T read(String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }

    private int refuse(CommandLine.ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        surroundings.err().println(command + ": " + e.getMessage() + " (see " + command + " -h)");
        return USAGE;
    }

    private int fail(Exception e) {
        surroundings.err().println(NAME + ": " + message(e));
        return FAILURE;
    }

    private static String message(Exception e) {
        return switch (e) {
            case CommandException _,
                    CniException _,
                    KernelException _,
                    LedgerException _,
                    NetnsException _,
                    ErrnoException _ ->
                    String.valueOf(e.getMessage());
            case UncheckedIOException io -> String.valueOf(io.getCause());
            default -> "internal error: " + e;
        };
    }
}
