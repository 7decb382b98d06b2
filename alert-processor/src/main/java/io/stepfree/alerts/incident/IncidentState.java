package io.stepfree.alerts.incident;

import io.stepfree.schemas.ops.Severity;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered under one incident's key.
 *
 * @param open the incident; null when there is none
 * @param last how the last one that was told ended; null before the first
 */
public record IncidentState(@Nullable Incident open, @Nullable Ended last) {

    static final IncidentState NONE = new IncidentState(null, null);

    /**
     * The end of an incident that was told.
     *
     * @param atMillis when it ended
     * @param severity the most urgent it had been
     */
    record Ended(long atMillis, Severity severity) {}
}
