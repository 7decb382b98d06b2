package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many dead letters there are of which kind; the components are the JSON fields.
 *
 * @param total all that are kept: the sum of byState, and of byType
 * @param byState how many are in which state
 * @param byType how many died of which failure, most first
 * @param topHosts the ten hosts with the most
 * @param patterns how many patterns they fall into
 * @param lastHour how many died within the last hour
 * @param lastDay how many died within the last 24 hours
 * @param oldest when the oldest had died; absent when there is none
 * @param newest when the newest had died
 * @param secondLooks how many of the total are second looks, which nobody submitted
 * @param unreadable how many records could not be decoded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeadLetterStats(
        long total,
        States byState,
        Map<String, Long> byType,
        List<PatternRow.Share> topHosts,
        long patterns,
        long lastHour,
        long lastDay,
        @Nullable Instant oldest,
        @Nullable Instant newest,
        long secondLooks,
        long unreadable) {

    record States(long dead, long replayed, long quarantined, long discarded) {}
}
