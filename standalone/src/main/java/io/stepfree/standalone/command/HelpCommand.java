package io.stepfree.standalone.command;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows how a command is used, as its option --help does. */
@Command(name = "help", description = "Shows how a command is used.")
final class HelpCommand implements Runnable {

    private @Spec @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command, such as scan or dead-letters list; all when not given.")
    private List<String> words = List.of();

    @Override
    public void run() {
        CommandLine line = Objects.requireNonNull(spec).commandLine().getParent();
        for (String word : words) {
            CommandLine further = line.getSubcommands().get(word);
            if (further == null) {
                throw new UnmatchedArgumentException(line, List.of(word));
            }
            line = further;
        }
        line.usage(line.getOut());
        line.getOut().flush();
    }
}
