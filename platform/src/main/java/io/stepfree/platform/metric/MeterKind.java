package io.stepfree.platform.metric;

/** What a meter is to Micrometer, and so which series Prometheus gets of it. */
public enum MeterKind {
    /** Goes up only, from 0 at the start of its process. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** Counts and adds up durations, in buckets. */
    TIMER
}
