package io.stepfree.alerts.incident;

import io.stepfree.alerts.metric.Reading;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that has to be told of an incident.
 *
 * @param key the incident
 * @param state began, became more urgent, or ended
 * @param severity the most urgent it has been
 * @param sinceMillis when it began
 * @param lead what it is mostly about
 * @param reading what was measured of that; null when it is no longer measured
 * @param others what else is over its threshold
 */
public record News(
        String key,
        AlertState state,
        Severity severity,
        long sinceMillis,
        Member lead,
        @Nullable Reading reading,
        List<Member> others) {}
