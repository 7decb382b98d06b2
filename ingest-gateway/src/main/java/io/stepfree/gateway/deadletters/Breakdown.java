package io.stepfree.gateway.deadletters;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * By what patterns are told apart beside what the dead letters died of.
 *
 * @param parts in the order in which they were asked for
 */
record Breakdown(Set<Part> parts) {

    /** Query parameter. */
    static final String NAME = "by";

    /** What a pattern can be broken down by; the name is that of the column. */
    enum Part {
        HOST,
        CLIENT,
        ENGINE;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The breakdown in the query parameter {@code by}, such as {@code host,engine}; none when it is
     * absent.
     *
     * @throws ProblemException when it names anything else
     */
    static Breakdown read(@Nullable String written) {
        var parts = new LinkedHashSet<Part>();
        if (written != null) {
            for (String name : written.split(",", -1)) {
                parts.add(
                        Arrays.stream(Part.values())
                                .filter(part -> part.column().equals(name.strip()))
                                .findFirst()
                                .orElseThrow(() -> wrong(written)));
            }
        }
        return new Breakdown(parts);
    }

    private static ProblemException wrong(String written) {
        return new ProblemException(
                ProblemType.INVALID_FIELDS,
                "The query parameter by is wrong.",
                List.of(
                        FieldError.inQuery(
                                NAME,
                                written,
                                "must be one or more of %s, with commas between"
                                        .formatted(
                                                Arrays.stream(Part.values())
                                                        .map(Part::column)
                                                        .collect(Collectors.joining(", "))))));
    }

    /** The columns that make a cluster beside the pattern. */
    List<String> columns() {
        return parts.stream().map(Part::column).toList();
    }

    /** What tells a cluster from others, as an expression of SQL. */
    String key() {
        return parts.isEmpty()
                ? "pattern_id"
                : Stream.concat(Stream.of("pattern_id"), columns().stream())
                        .map("coalesce(%s, '')"::formatted)
                        .collect(Collectors.joining(" || chr(31) || "));
    }

    /** The columns after others, each behind a comma. */
    String further() {
        return columns().stream().map(", "::concat).collect(Collectors.joining());
    }
}
