package io.stepfree.processor.scan;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads how long a site asks us to stay away (RFC 9110, 10.2.3): seconds, or a date. */
final class RetryAfter {

    private static final Duration LONGEST = Duration.ofDays(1);

    private RetryAfter() {}

    /** In milliseconds, at most a day; empty for what cannot be read. */
    static Optional<Long> millis(String header) {
        Duration asked;
        if (header.matches("\\d{1,9}")) {
            asked = Duration.ofSeconds(Long.parseLong(header));
        } else {
            try {
                asked =
                        Duration.between(
                                Instant.now(),
                                ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME));
            } catch (DateTimeParseException _) {
                return Optional.empty();
            }
        }
        if (asked.isNegative()) {
            asked = Duration.ZERO;
        }
        return Optional.of(asked.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : asked.toMillis());
    }
}
