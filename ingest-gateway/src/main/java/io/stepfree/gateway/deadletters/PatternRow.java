package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters that died alike, as operators see them; the components are the JSON fields.
 *
 * @param id names the pattern in filters
 * @param by host, client or engine that all of them share, where that was asked for; absent
 *     otherwise
 * @param failureType the kind of failure
 * @param httpStatus what the pages answered with, where they did
 * @param pattern the message with placeholders for what differs
 * @param count how many there are
 * @param dead how many of them are dead, neither replayed nor set aside
 * @param firstSeen when the oldest had died, of all times and states like the next two
 * @param lastSeen when the newest had died
 * @param trend the last hour beside the hour before
 * @param hosts the hosts most concerned
 * @param clients the clients most concerned
 * @param engines the engines most concerned; attempts that told none are missing
 * @param example the newest one
 * @param advice what to do about it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PatternRow(
        String id,
        @Nullable Map<String, String> by,
        String failureType,
        @Nullable Integer httpStatus,
        String pattern,
        long count,
        long dead,
        Instant firstSeen,
        Instant lastSeen,
        Trend trend,
        Concerned hosts,
        Concerned clients,
        Concerned engines,
        Example example,
        Advice advice) {

    /**
     * Whether it becomes more.
     *
     * @param direction rising, falling or steady; new when the first one died within the hour
     */
    record Trend(long lastHour, long hourBefore, String direction) {

        static Trend of(long lastHour, long hourBefore, boolean isNew) {
            if (isNew) {
                return new Trend(lastHour, hourBefore, "new");
            }
            return new Trend(
                    lastHour,
                    hourBefore,
                    switch (Integer.signum(Long.compare(lastHour, hourBefore))) {
                        case 1 -> "rising";
                        case -1 -> "falling";
                        default -> "steady";
                    });
        }
    }

    /**
     * Who is concerned.
     *
     * @param distinct how many there are in all
     * @param top those with the most dead letters, at most five
     */
    record Concerned(int distinct, List<Share> top) {}

    /** One of those concerned, and how many of the dead letters are its. */
    record Share(String name, long count) {}

    /** One dead letter of the pattern. */
    record Example(String scanId, String url, String message) {}
}
