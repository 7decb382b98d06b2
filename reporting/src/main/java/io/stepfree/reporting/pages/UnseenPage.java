package io.stepfree.reporting.pages;

import java.time.Instant;

/**
 * A page that has no result. No report may leave it out: it is not clean, it was not seen.
 *
 * @param scanId the scan
 * @param url the address as submitted
 * @param status where the scan stands: accepted, dispatched, retrying, dead_lettered or cancelled
 * @param failure the kind of failure in lower case, as http_error; empty where none ended it
 * @param reason why, one sentence; empty where nothing has failed
 * @param at when this was last heard
 */
public record UnseenPage(
        String scanId, String url, String status, String failure, String reason, Instant at) {

    /** Whether it may still be seen. */
    public boolean isOpen() {
        return !status.equals("dead_lettered") && !status.equals("cancelled");
    }
}
