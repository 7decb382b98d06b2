package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads which trend a client means from a query string: {@code by}, what that needs, and {@code
 * bucket}, {@code from}, {@code to}. What does not go with {@code by} is refused: a trend of
 * something else must not pass for the one that was meant.
 */
public final class ChosenTrend {

    /** How many times a trend may have. */
    static final int MOST = 400;

    private static final int LONGEST_URL = 2_000;

    private static final List<String> BY = List.of("client", "site", "page", "rule");
    private static final List<String> BUCKETS = List.of("day", "week", "month");
    private static final List<String> NAMES =
            List.of("by", "host", "url", "rule", "bucket", "from", "to");

    private ChosenTrend() {}

    /**
     * The trend that a query string asks for.
     *
     * @param parameters every parameter of the request with its values
     * @param now where it ends unless something else is said
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static TrendFilter ofQuery(Map<String, List<String>> parameters, Instant now) {
        return FilterParts.ofQuery(parameters, NAMES, Set.of(), parts -> read(parts, now));
    }

    private static TrendFilter read(FilterParts parts, Instant now) {
        String by = parts.oneOf("by", BY);
        if (by == null) {
            parts.wrong("by", null, "is required, one of " + String.join(", ", BY));
            by = "client";
        }
        String host = parts.host("host");
        String url = parts.text("url", LONGEST_URL);
        String rule = parts.text("rule");
        check(parts, by, "host", host, List.of("site"), List.of("site", "rule"));
        check(parts, by, "url", url, List.of("page"), List.of("page", "rule"));
        check(parts, by, "rule", rule, List.of("rule"), List.of("rule"));
        if (host != null && url != null && !host.equals(hostOf(url))) {
            parts.wrong("host", host, "is not the one of url; leave it out");
        }
        String asked = parts.oneOf("bucket", BUCKETS);
        TrendBucket bucket =
                switch (asked) {
                    case "week" -> TrendBucket.WEEK;
                    case "month" -> TrendBucket.MONTH;
                    case null, default -> TrendBucket.DAY;
                };
        FilterParts.Span span = parts.span();
        Instant end = span.to() == null ? now : span.to().minusNanos(1);
        LocalDate last = bucket.first(day(end));
        LocalDate first =
                span.from() == null ? bucket.usualFrom(last) : bucket.first(day(span.from()));
        if (first.isAfter(last)) {
            parts.wrong("from", String.valueOf(span.from()), "is after the end, " + end);
        } else if (span.from() != null && isTooLong(bucket, first, last)) {
            parts.wrong(
                    "from",
                    span.from().toString(),
                    "is more than %d times before the end: choose a longer bucket, or a later from"
                            .formatted(MOST));
        }
        return new TrendFilter(by, host, url, rule, bucket, first, bucket.next(last));
    }

    private static boolean isTooLong(TrendBucket bucket, LocalDate first, LocalDate last) {
        LocalDate day = first;
        for (int times = 1; times <= MOST && !day.isAfter(last); times++) {
            day = bucket.next(day);
        }
        return !day.isAfter(last);
    }

    private static void check(
            FilterParts parts,
            String by,
            String name,
            @Nullable String value,
            List<String> needing,
            List<String> taking) {
        if (value == null && needing.contains(by)) {
            parts.wrong(name, null, "is required by " + by);
        } else if (value != null && !taking.contains(by)) {
            parts.wrong(
                    name,
                    value,
                    "does not go with by=%s, but with by=%s"
                            .formatted(by, String.join(" or by=", taking)));
        }
    }

    /** As hosts are stored; null where the address has none, of which no scan was taken either. */
    public static @Nullable String hostOf(String url) {
        try {
            String host = new URI(url).getHost();
            return host == null ? null : host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        } catch (URISyntaxException _) {
            return null;
        }
    }

    private static LocalDate day(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC);
    }
}
