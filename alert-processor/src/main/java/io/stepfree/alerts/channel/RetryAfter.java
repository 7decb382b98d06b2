package io.stepfree.alerts.channel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Reads {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date. */
final class RetryAfter {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private RetryAfter() {}

    /**
     * The moment before which not to ask again, at most an hour away; {@link Instant#MIN} when
     * nothing is said or it cannot be read, since the listener's own back-off is wait enough.
     */
    static Instant moment(@Nullable String header, Instant now) {
        if (header == null) {
            return Instant.MIN;
        }
        Instant latest = now.plus(LONGEST_WAIT);
        try {
            Instant named =
                    header.chars().allMatch(Character::isDigit)
                            ? now.plusSeconds(Long.parseLong(header))
                            : ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant();
            return named.isBefore(latest) ? named : latest;
        } catch (NumberFormatException | DateTimeException | ArithmeticException _) {
            return Instant.MIN;
        }
    }
}
