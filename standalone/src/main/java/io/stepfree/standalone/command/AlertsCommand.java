package io.stepfree.standalone.command;

import io.stepfree.standalone.client.AlertTest;
import io.stepfree.standalone.client.AlertsView;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Shows alerts, tests who is told of them, and silences them for a time. */
@Command(
        name = "alerts",
        description = "Lists alerts, tests who is told of them, and silences them for a time.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class AlertsCommand implements Runnable {

    private @Spec @Nullable CommandSpec spec;

    private AlertsCommand() {}

    static CommandLine in(Surroundings surroundings) {
        return new CommandLine(new AlertsCommand())
                .addSubcommand(new ListCommand(surroundings))
                .addSubcommand(new TestCommand(surroundings))
                .addSubcommand(new SilenceCommand(surroundings))
                .addSubcommand(new EndSilenceCommand(surroundings));
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "A command is missing.");
    }

    /** Lists them. */
    @Command(
            name = "list",
            description =
                    "Lists the incidents that have not ended, some that have, and the silences.")
    static final class ListCommand extends AskingCommand {

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "10",
                description = "How many that have ended; ${DEFAULT-VALUE} when not given.")
        private int limit;

        @Option(names = "--json", description = "Print one JSON document instead of text.")
        private boolean json;

        ListCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            AlertsView alerts = gateway.alerts(limit);
            if (json) {
                output.println(JsonMapper.shared().valueToTree(alerts).toPrettyString());
                return;
            }
            if (alerts.open().isEmpty()) {
                output.println("No incident is open.");
            }
            alerts.open().forEach(alert -> open(alert, output));
            alerts.resolved().forEach(alert -> line(alert, output));
            alerts.silences()
                    .forEach(silence ->
                            output.println(
                                    "silenced   %s until %s by %s: %s"
                                            .formatted(
                                                    Printable.line(silence.alert()),
                                                    silence.until(),
                                                    Printable.line(silence.orderedBy()),
                                                    Printable.line(silence.reason()))));
        }

        private static void open(AlertsView.AlertView alert, PrintWriter output) {
            line(alert, output);
            if (!alert.also().isEmpty()) {
                output.println(
                        "           Also: " + Printable.line(String.join(", ", alert.also())));
            }
            if (!alert.action().isEmpty()) {
                output.println("           " + Printable.line(alert.action()));
            }
        }

        private static void line(AlertsView.AlertView alert, PrintWriter output) {
            output.println(
                    String.format(
                            Locale.ROOT,
                            "%-10s %s (%s%s) since %s: %s",
                            Printable.line(alert.state()),
                            Printable.line(alert.key()),
                            Printable.line(alert.severity()),
                            Boolean.TRUE.equals(alert.silenced()) ? ", silenced" : "",
                            alert.since(),
                            Printable.line(alert.summary())));
        }
    }

    /** Tells every receiver of an alert that is only a test. */
    @Command(
            name = "test",
            description =
                    "Orders that every receiver that is set up is told of an alert that is only a test.")
    static final class TestCommand extends AskingCommand {

        @Option(names = "--reason", paramLabel = "TEXT", description = "Shown in the message.")
        private String reason = "";

        TestCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            AlertTest test = gateway.testAlert(reason);
            output.println(sentence(test).formatted(Printable.line(test.alert())));
        }

        private static String sentence(AlertTest test) {
            List<String> receivers = test.receivers();
            if (receivers == null) {
                return "Ordered: %s. No alert-processor was heard of; once there is one, every receiver that is set up is to be told that it begins and that it ends.";
            }
            return receivers.isEmpty()
                    ? "Ordered: %s. But there is nobody to be told: no receiver is set up. docs/operations.md says how, under \"Who is told\"."
                    : "Ordered: %s. To be told that it begins and that it ends: "
                            + Printable.line(String.join(", ", receivers)).replace("%", "%%")
                            + ". Whoever refuses it is named by ./stepfree doctor.";
        }
    }

    /** Tells nobody of something for a time. */
    @Command(
            name = "silence",
            description =
                    "Tells nobody of an incident or a metric for a time; what lasts longer is told then.")
    static final class SilenceCommand extends AskingCommand {

        @Parameters(
                paramLabel = "NAME",
                description =
                        "An incident as scans-failing, a metric as error-rate, a part of one as host-error-rate/shop.example, or * for all.")
        private String name = "";

        @Option(
                names = "--minutes",
                paramLabel = "N",
                required = true,
                description = "For how long, up to 10080 (seven days).")
        private int minutes;

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                required = true,
                description = "Why, for those who look at it later.")
        private String reason = "";

        SilenceCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            output.println(
                    "%s is silenced until %s."
                            .formatted(
                                    Printable.line(name), gateway.silence(name, minutes, reason)));
        }
    }

    /** Ends a silence before its time. */
    @Command(name = "unsilence", description = "Ends a silence before its time.")
    static final class EndSilenceCommand extends AskingCommand {

        @Parameters(paramLabel = "NAME", description = "What was silenced.")
        private String name = "";

        EndSilenceCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            gateway.endSilence(name);
            output.println("%s is silenced no more.".formatted(Printable.line(name)));
        }
    }
}
