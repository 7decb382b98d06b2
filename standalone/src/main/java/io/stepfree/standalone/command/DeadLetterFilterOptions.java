package io.stepfree.standalone.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters a command speaks of; the gateway judges the values. */
final class DeadLetterFilterOptions {

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Those that died of this failure, such as timeout.")
    private @Nullable String type;

    @Option(names = "--host", paramLabel = "HOST", description = "Those of this host.")
    private @Nullable String host;

    @Option(names = "--client", paramLabel = "CLIENT", description = "Those of this client.")
    private @Nullable String client;

    @Option(names = "--pattern", paramLabel = "ID", description = "Those of this pattern.")
    private @Nullable String pattern;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            description = "Those of this engine, such as \"axe-core 4.14.1\".")
    private @Nullable String engine;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Those that are dead, replayed, quarantined or discarded.")
    private @Nullable String state;

    @Option(
            names = "--text",
            paramLabel = "WORDS",
            description = "Those whose address or message has these words.")
    private @Nullable String text;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Those that died at this moment or later, as 2026-11-22T09:00:00Z.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Those that died before this moment.")
    private @Nullable String to;

    /** What was given, by the names of the HTTP API. */
    Map<String, String> given() {
        var given = new LinkedHashMap<String, String>();
        put(given, "type", type);
        put(given, "host", host);
        put(given, "client", client);
        put(given, "pattern", pattern);
        put(given, "engine", engine);
        put(given, "state", state);
        put(given, "q", text);
        put(given, "from", from);
        put(given, "to", to);
        return given;
    }

    private static void put(Map<String, String> given, String name, @Nullable String value) {
        if (value != null) {
            given.put(name, value);
        }
    }
}
