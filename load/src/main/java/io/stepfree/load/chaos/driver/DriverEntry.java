package io.stepfree.load.chaos.driver;

import org.jspecify.annotations.Nullable;

/**
 * One line of the driver's log: something that it asked, or what it was answered.
 *
 * @param at in milliseconds of the epoch
 * @param kind what it is
 * @param key the logical request it belongs to: the idempotency key of a client that had one
 * @param attempt how often the logical request was made, this time included; each is a new request
 * @param requestId the X-Request-ID that was sent
 * @param url the page, with {@link Kind#SUBMIT}
 * @param status the answer's status; 0 where none came
 * @param scanId the scan that was spoken of, or that was accepted
 */
public record DriverEntry(
        long at,
        Kind kind,
        @Nullable String key,
        int attempt,
        @Nullable String requestId,
        @Nullable String url,
        int status,
        @Nullable String scanId) {

    /** What the driver does; each but the last two has an answer. */
    public enum Kind {
        SUBMIT,
        SUBMIT_ANSWERED,
        CANCEL,
        CANCEL_ANSWERED,
        REPLAY,
        REPLAY_ANSWERED,
        /** The logical request is given up, unaccepted. */
        GAVE_UP,
        /** All that was to be asked has been. */
        DONE
    }
}
