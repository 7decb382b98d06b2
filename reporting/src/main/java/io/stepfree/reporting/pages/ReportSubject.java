package io.stepfree.reporting.pages;

import java.time.Instant;

/**
 * What a report is about, as its head says it.
 *
 * @param kind whether it is one scan or several
 * @param id of the scan or the batch
 * @param client whose it is
 * @param at the moment of which the report speaks: when the page was seen, or when the figures of
 *     the batch changed last
 */
public record ReportSubject(Kind kind, String id, String client, Instant at) {

    /** What can be reported on. */
    public enum Kind {
        SCAN,
        BATCH
    }
}
