package io.metaplugins.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code completion}: what a shell needs to complete this command's words. */
@CommandLine.Command(
        name = "completion",
        description = "Prints the completion for a shell: source <(meta-plugins completion bash)")
final class CompletionCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    /** Shells that are known. */
    enum Shell {
        BASH,
        /** With its bashcompinit. */
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        CommandLine whole = Objects.requireNonNull(spec).root().commandLine();
        switch (shell) {
            // The script finds out which of them reads it.
            case BASH, ZSH -> surroundings.out().print(AutoComplete.bash(Command.NAME, whole));
        }
        return Command.SUCCESS;
    }
}
