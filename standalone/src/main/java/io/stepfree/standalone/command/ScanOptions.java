package io.stepfree.standalone.command;

import io.stepfree.gateway.admission.Standard;
import io.stepfree.standalone.client.NewScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What may be chosen about scans, beside their addresses. */
final class ScanOptions {

    private static final int LONGEST_TIMEOUT_SECONDS = 120;

    private @Spec(Spec.Target.MIXEE) @Nullable CommandSpec spec;
    private @Nullable String standard;
    private @Nullable String priority;
    private OptionalInt timeoutMillis = OptionalInt.empty();

    /** The names of the conformance targets. */
    static final class Standards extends ArrayList<String> {
        Standards() {
            super(Arrays.stream(Standard.values()).map(Standard::text).toList());
        }
    }

    /** The names of the priorities. */
    static final class Priorities extends ArrayList<String> {
        Priorities() {
            super(List.of("high", "low"));
        }
    }

    @Option(
            names = "--standard",
            paramLabel = "STANDARD",
            completionCandidates = Standards.class,
            description =
                    "The conformance target; each includes the easier ones. One of ${COMPLETION-CANDIDATES}; wcag22aa when not given.")
    void standard(String name) {
        standard = oneOf("--standard", name, new Standards());
    }

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            completionCandidates = Priorities.class,
            description = "high or low; high when not given.")
    void priority(String name) {
        priority = oneOf("--priority", name, new Priorities());
    }

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long one attempt at a page may take, from 1 to 120; 60 when not given.")
    void timeout(int seconds) {
        if (seconds < 1 || seconds > LONGEST_TIMEOUT_SECONDS) {
            throw wrong(
                    "Invalid value for option '--timeout': %d is not from 1 to %d seconds"
                            .formatted(seconds, LONGEST_TIMEOUT_SECONDS));
        }
        timeoutMillis = OptionalInt.of(seconds * 1000);
    }

    NewScan scan(String url) {
        return new NewScan(url, standard, priority, timeoutMillis);
    }

    private String oneOf(String option, String name, List<String> choices) {
        if (!choices.contains(name)) {
            throw wrong(
                    "Invalid value for option '%s': '%s' is none of %s"
                            .formatted(option, name, String.join(", ", choices)));
        }
        return name;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
