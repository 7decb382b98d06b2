package io.stepfree.gateway.schedules;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of one time of a schedule, as its client sees it; the components are the JSON fields.
 *
 * @param plannedAt the time
 * @param at when it was dealt with
 * @param outcome submitted, refused, or retrying while something that is needed is away
 * @param scan the scan that was begun, where it is one
 * @param batch the batch that was begun, where it is one
 * @param accepted how many pages are scanned
 * @param refused how many are not
 * @param reason why, where some or all are not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LastRun(
        Instant plannedAt,
        Instant at,
        String outcome,
        @Nullable String scan,
        @Nullable String batch,
        int accepted,
        int refused,
        @Nullable String reason) {

    static final String SUBMITTED = "submitted";
    static final String REFUSED = "refused";
    static final String RETRYING = "retrying";

    /** Nothing was begun, and it is not tried again. */
    static LastRun refused(Instant plannedAt, Instant at, int pages, String reason) {
        return new LastRun(plannedAt, at, REFUSED, null, null, 0, pages, reason);
    }

    /** Nothing was begun for certain, and it is tried again. */
    static LastRun retrying(Instant plannedAt, Instant at, String reason) {
        return new LastRun(plannedAt, at, RETRYING, null, null, 0, 0, reason);
    }
}
