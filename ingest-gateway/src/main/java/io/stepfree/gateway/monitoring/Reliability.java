package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How scans ended that were submitted within some days.
 *
 * @param days how many, up to now
 * @param total scans that were submitted
 * @param completed those that ended with a report
 * @param failed those that ended as dead letters
 * @param cancelled those that were cancelled
 * @param open those that have not ended
 * @param successRate completed / (completed + failed), 0 to 1; absent when none of them ended so
 * @param averageScore the mean of the scores of their reports, 0 to 100; absent when none has one
 * @param failureReasons how many ended as dead letters by the type of the last failure, most first
 * @param recommendations what to do about the reasons, the most frequent first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Reliability(
        int days,
        long total,
        long completed,
        long failed,
        long cancelled,
        long open,
        @Nullable Double successRate,
        @Nullable Double averageScore,
        Map<String, Long> failureReasons,
        List<Recommendation> recommendations) {

    /**
     * What to do about one reason.
     *
     * @param share of all failures, 0 to 1
     */
    record Recommendation(String reason, long failures, double share, String action) {}
}
