package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.scan.FailureType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads which dead letters an operator means, alike from a query string and from a body: {@code
 * type}, {@code host}, {@code client}, {@code pattern}, {@code engine}, {@code state}, {@code q},
 * {@code from}, {@code to}. What is wrong is told by name, and so is what is not known: a misspelt
 * filter must not choose everything.
 */
public final class ChosenDeadLetters {

    /** The names of a filter's parts. */
    private static final List<String> NAMES =
            List.of("type", "host", "client", "pattern", "engine", "state", "q", "from", "to");

    private static final List<String> FAILURE_TYPES =
            Arrays.stream(FailureType.values())
                    .map(type -> type.name().toLowerCase(Locale.ROOT))
                    .toList();
    private static final List<String> STATES =
            List.of("dead", "replayed", "quarantined", "discarded");
    private static final Pattern PATTERN_ID = Pattern.compile("[0-9a-f]{12}");

    private ChosenDeadLetters() {}

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @param others what else may stand there, and is read by somebody else
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static DeadLetterFilter ofQuery(
            Map<String, List<String>> parameters, Set<String> others) {
        return FilterParts.ofQuery(parameters, NAMES, others, ChosenDeadLetters::read);
    }

    /** The filter in an object of a body; what is wrong goes to the object's errors. */
    static DeadLetterFilter of(ObjectFields fields) {
        DeadLetterFilter filter = read(new FilterParts(fields::text, fields::wrong));
        fields.rejectOthers();
        return filter;
    }

    private static DeadLetterFilter read(FilterParts parts) {
        String host = parts.host("host");
        FilterParts.Span span = parts.span();
        String pattern = parts.text("pattern");
        if (pattern != null && !PATTERN_ID.matcher(pattern).matches()) {
            parts.wrong(
                    "pattern",
                    pattern,
                    "is no id of a pattern; they have 12 hexadecimal digits, see /admin/dlq/patterns");
        }
        return DeadLetterFilter.newBuilder()
                .setFailureType(parts.oneOf("type", FAILURE_TYPES))
                .setHost(host)
                .setClient(parts.text("client"))
                .setPattern(pattern)
                .setEngine(parts.text("engine"))
                .setState(parts.oneOf("state", STATES))
                .setText(parts.text("q"))
                .setDiedFrom(millis(span.from()))
                .setDiedBefore(millis(span.to()))
                .build();
    }

    /** The moment as an order can carry it. */
    private static @Nullable Instant millis(@Nullable Instant moment) {
        return moment == null ? null : moment.truncatedTo(ChronoUnit.MILLIS);
    }
}
