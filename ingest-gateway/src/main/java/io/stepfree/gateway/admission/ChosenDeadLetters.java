package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.scan.FailureType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads which dead letters an operator means, alike from a query string and from a body: {@code
 * type}, {@code host}, {@code client}, {@code pattern}, {@code engine}, {@code state}, {@code q},
 * {@code from}, {@code to}. What is wrong is told by name, and so is what is not known: a misspelt
 * filter must not choose everything.
 */
public final class ChosenDeadLetters {

    /** The names of a filter's parts. */
    static final List<String> NAMES =
            List.of("type", "host", "client", "pattern", "engine", "state", "q", "from", "to");

    private static final List<String> FAILURE_TYPES =
            Arrays.stream(FailureType.values())
                    .map(type -> type.name().toLowerCase(Locale.ROOT))
                    .toList();
    private static final List<String> STATES =
            List.of("dead", "replayed", "quarantined", "discarded");
    private static final Pattern PATTERN_ID = Pattern.compile("[0-9a-f]{12}");
    private static final int LONGEST_TEXT = 500;

    /** Beyond them a moment means nothing, and PostgreSQL need not hold it. */
    private static final Instant FIRST_MOMENT = Instant.EPOCH;

    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T00:00:00Z");

    /** Takes what is wrong with a part. */
    private interface Complaints {
        void wrong(String name, @Nullable String value, String detail);
    }

    private final Function<String, @Nullable String> values;
    private final Complaints complaints;

    private ChosenDeadLetters(Function<String, @Nullable String> values, Complaints complaints) {
        this.values = values;
        this.complaints = complaints;
    }

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @param others what else may stand there, and is read by somebody else
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static DeadLetterFilter ofQuery(
            Map<String, List<String>> parameters, Set<String> others) {
        var errors = new ArrayList<FieldError>();
        parameters.forEach((name, given) -> {
            if (!NAMES.contains(name) && !others.contains(name)) {
                var known = new TreeSet<>(NAMES);
                known.addAll(others);
                errors.add(
                        FieldError.inQuery(
                                name, null, "is not known; known are " + String.join(", ", known)));
            } else if (given.size() > 1) {
                errors.add(
                        FieldError.inQuery(
                                name, String.join(", ", given), "is there more than once"));
            }
        });
        var filter =
                new ChosenDeadLetters(
                                name -> {
                                    List<String> given = parameters.get(name);
                                    return given == null ? null : given.getFirst();
                                },
                                (name, value, detail) ->
                                        errors.add(FieldError.inQuery(name, value, detail)))
                        .read();
        if (!errors.isEmpty()) {
            String names =
                    errors.stream()
                            .map(FieldError::parameter)
                            .distinct()
                            .collect(Collectors.joining(", "));
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "What is wrong in the query: %s.".formatted(names),
                    errors);
        }
        return filter;
    }

    /** The filter in an object of a body; what is wrong goes to the object's errors. */
    static DeadLetterFilter of(ObjectFields fields) {
        DeadLetterFilter filter = new ChosenDeadLetters(fields::text, fields::wrong).read();
        fields.rejectOthers();
        return filter;
    }

    private DeadLetterFilter read() {
        String host = text("host");
        Instant from = moment("from");
        Instant to = moment("to");
        if (from != null && to != null && !from.isBefore(to)) {
            complaints.wrong("to", to.toString(), "must be after from, " + from);
        }
        String pattern = text("pattern");
        if (pattern != null && !PATTERN_ID.matcher(pattern).matches()) {
            complaints.wrong(
                    "pattern",
                    pattern,
                    "is no id of a pattern; they have 12 hexadecimal digits, see /admin/dlq/patterns");
        }
        return DeadLetterFilter.newBuilder()
                .setFailureType(oneOf("type", FAILURE_TYPES))
                .setHost(host == null ? null : host.toLowerCase(Locale.ROOT))
                .setClient(text("client"))
                .setPattern(pattern)
                .setEngine(text("engine"))
                .setState(oneOf("state", STATES))
                .setText(text("q"))
                .setDiedFrom(from)
                .setDiedBefore(to)
                .build();
    }

    private @Nullable String oneOf(String name, List<String> choices) {
        String written = values.apply(name);
        if (written == null) {
            return null;
        }
        String asked = written.toLowerCase(Locale.ROOT);
        if (!choices.contains(asked)) {
            complaints.wrong(name, written, "must be one of " + String.join(", ", choices));
        }
        return asked;
    }

    private @Nullable String text(String name) {
        String text = values.apply(name);
        if (text == null) {
            return null;
        }
        if (text.isBlank()) {
            complaints.wrong(name, text, "is blank; leave it out to restrict nothing");
        } else if (text.length() > LONGEST_TEXT) {
            complaints.wrong(
                    name,
                    text,
                    "has %d characters, more than %d".formatted(text.length(), LONGEST_TEXT));
        } else if (text.codePoints().anyMatch(ScanAdmission::unprintable)) {
            complaints.wrong(name, text, "has a control character or a line separator");
        }
        return text;
    }

    private @Nullable Instant moment(String name) {
        String text = values.apply(name);
        if (text == null) {
            return null;
        }
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            if (!moment.isBefore(FIRST_MOMENT) && moment.isBefore(LAST_MOMENT)) {
                return moment;
            }
        } catch (DateTimeException _) {
            // Told below.
        }
        complaints.wrong(
                name, text, "must be a moment with its zone, such as 2026-11-22T09:00:00Z");
        return null;
    }
}
