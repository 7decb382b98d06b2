package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a filter, alike from a query string and from a body. A part that is absent
 * restricts nothing and is null; one that is wrong is told by name, with its value and what would
 * be right. A word that is wrong is given back all the same, so that nobody takes a filter with
 * nothing else for one of everything, and complains of that as well.
 */
final class FilterParts {

    private static final int LONGEST_TEXT = 500;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    /** Beyond them a moment means nothing, and PostgreSQL need not hold it. */
    private static final Instant FIRST_MOMENT = Instant.EPOCH;

    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T00:00:00Z");

    /** Takes what is wrong with a part. */
    interface Complaints {
        void wrong(String name, @Nullable String value, String detail);
    }

    /**
     * A span of time.
     *
     * @param from its first moment; null when it has always been
     * @param to the first moment after it; null when it has no end
     */
    record Span(@Nullable Instant from, @Nullable Instant to) {}

    private final Function<String, @Nullable String> values;
    private final Complaints complaints;

    FilterParts(Function<String, @Nullable String> values, Complaints complaints) {
        this.values = values;
        this.complaints = complaints;
    }

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @param names of the filter's parts
     * @param others what else may stand there, and is read by somebody else
     * @param reading makes the filter of its parts
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    static <F> F ofQuery(
            Map<String, List<String>> parameters,
            List<String> names,
            Set<String> others,
            Function<FilterParts, F> reading) {
        var errors = new ArrayList<FieldError>();
        parameters.forEach((name, given) -> {
            if (!names.contains(name) && !others.contains(name)) {
                var known = new TreeSet<>(names);
                known.addAll(others);
                errors.add(
                        FieldError.inQuery(
                                name,
                                null,
                                known.isEmpty()
                                        ? "is not known; there are no parameters here"
                                        : "is not known; known are " + String.join(", ", known)));
            } else if (given.size() > 1) {
                errors.add(
                        FieldError.inQuery(
                                name, String.join(", ", given), "is there more than once"));
            }
        });
        F filter =
                reading.apply(
                        new FilterParts(
                                name -> {
                                    List<String> given = parameters.get(name);
                                    return given == null ? null : given.getFirst();
                                },
                                (name, value, detail) ->
                                        errors.add(FieldError.inQuery(name, value, detail))));
        if (!errors.isEmpty()) {
            String wrong =
                    errors.stream()
                            .map(FieldError::parameter)
                            .distinct()
                            .collect(Collectors.joining(", "));
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "What is wrong in the query: %s.".formatted(wrong),
                    errors);
        }
        return filter;
    }

    void wrong(String name, @Nullable String value, String detail) {
        complaints.wrong(name, value, detail);
    }

    /** One of these words, in whatever case it was written. */
    @Nullable String oneOf(String name, List<String> choices) {
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

    @Nullable String text(String name) {
        return text(name, LONGEST_TEXT);
    }

    /** One of no more characters than these. */
    @Nullable String text(String name, int longest) {
        String text = values.apply(name);
        if (text != null) {
            wrongText(text, longest).ifPresent(wrong -> complaints.wrong(name, text, wrong));
        }
        return text;
    }

    private static Optional<String> wrongText(String text, int longest) {
        if (text.isBlank()) {
            return Optional.of("is blank; leave it out to restrict nothing");
        }
        if (text.length() > longest) {
            return Optional.of("has %d characters, more than %d".formatted(text.length(), longest));
        }
        return text.codePoints().anyMatch(ScanAdmission::unprintable)
                ? Optional.of("has a control character or a line separator")
                : Optional.empty();
    }

    /** The name of a host, as hosts are stored. */
    @Nullable String host(String name) {
        String host = values.apply(name);
        if (host == null) {
            return null;
        }
        wrongText(host, LONGEST_TEXT)
                .or(() ->
                        PageHost.isOne(host)
                                ? Optional.empty()
                                : Optional.of(PageHost.cure(host, "shop.example or 192.0.2.7")))
                .ifPresent(wrong -> complaints.wrong(name, host, wrong));
        return host.toLowerCase(Locale.ROOT);
    }

    /** A whole number between these two, none of them negative. */
    @Nullable Integer number(String name, int least, int most) {
        String text = values.apply(name);
        if (text == null) {
            return null;
        }
        int number = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            complaints.wrong(
                    name, text, "must be a whole number from %d to %d".formatted(least, most));
            return null;
        }
        return number;
    }

    /** The parts {@code from} and {@code to}, in the precision that PostgreSQL has. */
    Span span() {
        Instant from = moment("from");
        Instant to = moment("to");
        if (from != null && to != null && !from.isBefore(to)) {
            complaints.wrong("to", to.toString(), "must be after from, " + from);
        }
        return new Span(from, to);
    }

    private @Nullable Instant moment(String name) {
        String text = values.apply(name);
        if (text == null) {
            return null;
        }
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
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
