package io.stepfree.standalone.command;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.KeyView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Makes, lists and revokes the keys of the HTTP API. */
@Command(
        name = "keys",
        description = {
            "Makes, lists and revokes the keys of the HTTP API.",
            "",
            "Uses the key in STEPFREE_API_KEY, or that of the stepfree that is up in the data folder."
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class KeysCommand implements Runnable {

    private @Spec @Nullable CommandSpec spec;

    private KeysCommand() {}

    static CommandLine in(Surroundings surroundings) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new CreateCommand(surroundings))
                .addSubcommand(new ListCommand(surroundings))
                .addSubcommand(new RevokeCommand(surroundings))
                .addSubcommand(new GenerateCommand());
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "A command is missing.");
    }

    /** Makes one. */
    @Command(name = "create", description = "Makes a key and shows it, this once.")
    static final class CreateCommand extends AskingCommand {

        @Parameters(
                paramLabel = "NAME",
                description =
                        "What it is for. Two of one client may share a name, so that one can take the other's place.")
        private String name = "";

        @Option(
                names = "--client",
                paramLabel = "CLIENT",
                description = "Whose scans it may see and order; your own client's when not given.")
        private @Nullable String client;

        @Option(
                names = "--scopes",
                paramLabel = "SCOPE",
                split = ",",
                description =
                        "What it may do: submit, read, admin; submit,read when not given. admin is for those who run the platform: it opens what is of every client.")
        private List<String> scopes = List.of();

        @Option(
                names = "--plan",
                paramLabel = "PLAN",
                description = "How much it may do; standard when not given.")
        private @Nullable String plan;

        @Option(
                names = "--days",
                paramLabel = "N",
                description = "After how many days it ends by itself; never when not given.")
        private @Nullable Integer days;

        @Option(names = "--json", description = "Print one JSON document instead of text.")
        private boolean json;

        CreateCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            var body = JsonMapper.shared().createObjectNode().put("name", name);
            if (client != null) {
                body.put("client", client);
            }
            if (!scopes.isEmpty()) {
                var list = body.putArray("scopes");
                scopes.forEach(list::add);
            }
            if (plan != null) {
                body.put("plan", plan);
            }
            if (days != null) {
                body.put("expiresInDays", days.intValue());
            }
            var made = gateway.makeKey(body);
            if (json) {
                output.println(made.toPrettyString());
                return;
            }
            output.println(
                    """
                    %s

                    This is shown once and kept nowhere. It is of client %s and may %s; revoke it with
                      ./stepfree keys revoke %s\
                    """
                            .formatted(
                                    Printable.line(made.path("key").asString()),
                                    Printable.line(made.path("client").asString()),
                                    Printable.line(
                                            String.join(
                                                    ", ",
                                                    made.path("scopes")
                                                            .valueStream()
                                                            .map(scope -> scope.asString())
                                                            .toList())),
                                    Printable.line(made.path("id").asString())));
        }
    }

    /** Lists them. */
    @Command(
            name = "list",
            description = "Lists the keys, newest first, also those that have ended.")
    static final class ListCommand extends AskingCommand {

        @Option(
                names = "--client",
                paramLabel = "CLIENT",
                description = "Only those of this client.")
        private @Nullable String client;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many, up to 500; ${DEFAULT-VALUE} when not given.")
        private int limit;

        @Option(names = "--json", description = "Print one JSON document instead of text.")
        private boolean json;

        ListCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            var query = new LinkedHashMap<String, String>();
            query.put("limit", Integer.toString(limit));
            if (client != null) {
                query.put("client", client);
            }
            List<KeyView> keys = gateway.keys(query);
            if (json) {
                output.println(JsonMapper.shared().valueToTree(keys).toPrettyString());
                return;
            }
            if (keys.isEmpty()) {
                output.println("There is no key.");
            }
            keys.forEach(key -> line(key, output));
        }

        private static void line(KeyView key, PrintWriter output) {
            output.println(
                    String.format(
                            Locale.ROOT,
                            "%s  %s…  %s of %s (%s, plan %s): %s, %s",
                            Printable.line(key.id()),
                            Printable.line(key.prefix()),
                            Printable.line(key.name()),
                            Printable.line(key.client()),
                            Printable.line(String.join(", ", key.scopes())),
                            Printable.line(key.plan()),
                            life(key),
                            key.lastUsedAt() == null
                                    ? "never used"
                                    : "last used " + key.lastUsedAt()));
        }

        private static String life(KeyView key) {
            if (key.revokedAt() != null) {
                return "revoked " + key.revokedAt();
            }
            Instant end = key.expiresAt();
            if (end == null) {
                return "live";
            }
            return (end.isAfter(Instant.now()) ? "live until " : "expired ") + end;
        }
    }

    /** Ends one. */
    @Command(name = "revoke", description = "Ends a key for good.")
    static final class RevokeCommand extends AskingCommand {

        @Parameters(paramLabel = "ID", description = "The key's id, as keys list shows it.")
        private String id = "";

        RevokeCommand(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void ask(GatewayClient gateway, PrintWriter output) {
            KeyView key = gateway.revokeKey(id);
            output.println(
                    "%s… (%s of %s) is revoked; every gateway refuses it within 5 seconds."
                            .formatted(
                                    Printable.line(key.prefix()),
                                    Printable.line(key.name()),
                                    Printable.line(key.client())));
        }
    }

    /** Makes the text of one, for a configuration. */
    @Command(
            name = "generate",
            description =
                    "Prints a new key that nobody knows yet, for stepfree.gateway.access.first-key (STEPFREE_GATEWAY_ACCESS_FIRSTKEY) of a gateway that is set up by configuration.")
    static final class GenerateCommand implements Callable<Integer> {

        private @Spec @Nullable CommandSpec spec;

        @Option(
                names = "--environment",
                paramLabel = "NAME",
                defaultValue = "live",
                description =
                        "What it says it is for, 1 to 16 small letters and digits; ${DEFAULT-VALUE} when not given.")
        private String environment = "";

        @Override
        public Integer call() {
            CommandLine line = Objects.requireNonNull(spec).commandLine();
            try {
                line.getOut().println(ApiKey.create(environment).secret());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(line, "--environment: " + e.getMessage());
            }
            line.getOut().flush();
            return ExitCode.CLEAN;
        }
    }
}
