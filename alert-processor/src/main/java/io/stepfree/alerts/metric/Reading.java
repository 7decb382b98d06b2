package io.stepfree.alerts.metric;

/**
 * What was measured of one metric, or of one part of it.
 *
 * @param value the value, in the metric's unit
 * @param samples how many single measurements it rests on
 * @param firing whether a high value is reason enough for an alert
 * @param ending whether a low value is reason enough to end one
 */
public record Reading(double value, long samples, boolean firing, boolean ending) {

    static Reading ofCount(long count) {
        return of((double) count, count);
    }

    static Reading of(double value, long samples) {
        return new Reading(value, samples, true, true);
    }
}
