package io.stepfree.standalone.command;

import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.client.UnreachableException;
import io.stepfree.standalone.machine.MachineException;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole. */
@Command(
        name = "stepfree",
        description = "Scans web pages for accessibility (WCAG) failures.",
        versionProvider = StepfreeCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0   done; for a scan: every page was wholly seen, no violations",
            "  1   every page was wholly seen, and there are violations",
            "  2   wrong usage, or an address that may not be scanned",
            "  3   something needed could not be started or reached",
            "  4   a page could not be scanned, was not wholly seen, or may not be the one",
            "      that was asked for; this outweighs violations",
            "  5   a mistake in stepfree itself"
        })
public final class StepfreeCommand implements Runnable {

    @Spec private @Nullable CommandSpec spec;

    private StepfreeCommand() {}

    /** Reads the version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = StepfreeCommand.class.getPackage().getImplementationVersion();
            return new String[] {"stepfree " + (version == null ? "(development)" : version)};
        }
    }

    /** The command line, ready to execute. */
    public static CommandLine in(Surroundings surroundings) {
        var line = new CommandLine(new StepfreeCommand());
        line.addSubcommand(new DemoCommand(surroundings));
        line.addSubcommand(new ScanCommand(surroundings));
        line.addSubcommand(new BulkCommand(surroundings));
        line.addSubcommand(new SiteCommand(surroundings));
        line.addSubcommand(new VerifyCommand(surroundings));
        line.addSubcommand(new UpCommand(surroundings));
        line.addSubcommand(new StatusCommand(surroundings));
        line.addSubcommand(new WatchCommand(surroundings));
        line.addSubcommand(new DoctorCommand(surroundings));
        line.addSubcommand(DeadLettersCommand.in(surroundings));
        line.addSubcommand(AlertsCommand.in(surroundings));
        line.addSubcommand(KeysCommand.in(surroundings));
        line.addSubcommand(new HelpCommand());
        standardOptions(line);
        line.setParameterExceptionHandler(StepfreeCommand::showUsage);
        line.setExecutionExceptionHandler(StepfreeCommand::explain);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    private static void standardOptions(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(StepfreeCommand::standardOptions);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "A command is missing.");
        }
    }

    /** The sentence is the last line, but where one of several commands has to be chosen. */
    private static int showUsage(ParameterException wrong, String[] arguments) {
        var line = wrong.getCommandLine();
        line.getErr().println("stepfree: " + message(wrong));
        if (line.getSubcommands().isEmpty()) {
            String help = line.getCommandSpec().qualifiedName().replaceFirst(" ", " help ");
            line.getErr().println("See './%s'.".formatted(help));
        } else {
            line.usage(line.getErr());
        }
        line.getErr().flush();
        return ExitCode.USAGE;
    }

    /** A command that does not exist is told with those that may have been meant. */
    private static String message(ParameterException wrong) {
        Set<String> commands = wrong.getCommandLine().getSubcommands().keySet();
        if (commands.isEmpty()
                || !(wrong instanceof UnmatchedArgumentException unmatched)
                || unmatched.isUnknownOption()) {
            return String.valueOf(wrong.getMessage());
        }
        String word = unmatched.getUnmatched().getFirst();
        String nearest = String.join(" or ", NearestWords.of(word, commands));
        String unknown = "There is no command '%s'".formatted(Printable.line(word));
        return nearest.isEmpty() ? unknown + "." : unknown + "; did you mean " + nearest + "?";
    }

    /**
     * Failures that can happen on a healthy program are one sentence; anything else shows its
     * stack.
     */
    private static int explain(Exception thrown, CommandLine line, CommandLine.ParseResult parsed) {
        var err = line.getErr();
        return switch (thrown) {
            case MachineException e -> say(err, e, ExitCode.INFRASTRUCTURE);
            case UnreachableException e -> say(err, e, ExitCode.INFRASTRUCTURE);
            case RefusedException e -> {
                Refusal.print(e, err);
                yield ExitCode.USAGE;
            }
            default -> {
                var stack = new StringWriter();
                thrown.printStackTrace(new PrintWriter(stack));
                err.print("stepfree: a mistake in stepfree itself:\n" + stack);
                err.flush();
                yield ExitCode.INTERNAL;
            }
        };
    }

    private static int say(PrintWriter err, Exception e, int exitCode) {
        err.println("stepfree: " + e.getMessage());
        err.flush();
        return exitCode;
    }
}
