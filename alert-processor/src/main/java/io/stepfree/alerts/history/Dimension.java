package io.stepfree.alerts.history;

/** By what something is counted. */
public enum Dimension {
    /** Attempts by host; all of them together are all attempts. */
    ATTEMPTS_BY_HOST,
    ATTEMPTS_BY_CLIENT,
    ATTEMPTS_BY_WORKER,
    ATTEMPTS_BY_ENGINE,
    /** Failed attempts by type of failure; all of them together are all that failed. */
    FAILURES_BY_TYPE,
    FAILURES_BY_HOST,
    FAILURES_BY_CLIENT,
    FAILURES_BY_WORKER,
    FAILURES_BY_ENGINE,
    /** Dead letters by pattern; all of them together are all dead letters. */
    DEATHS_BY_PATTERN,
    /** Results by whether they are suspect. */
    RESULTS_BY_VALIDITY,
    /** By how much the counters of all instances grew, by service, instance and meter. */
    COUNTED_BY_METER
}
