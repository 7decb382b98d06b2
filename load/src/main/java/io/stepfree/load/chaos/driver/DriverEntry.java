package io.stepfree.load.chaos.driver;

import org.jspecify.annotations.Nullable;

/**
 * One line of the driver's log: something that it asked, or what it was answered.
 *
 * @param at in milliseconds of the epoch
 * @param kind what it is
 * @param key the logical request it belongs to; where it begins with {@code once}, it was sent as
 *     the Idempotency-Key
 * @param attempt how often the logical request was made, this time included
 * @param requestId the X-Request-ID that was sent
 * @param url the page, with {@link Kind#SUBMIT}; the path, with {@link Kind#CANCEL}
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

    private static final String ONCE = "once";

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

    /** The key of a logical request that is sent with it, or without. */
    static String key(int number, boolean once) {
        return "%s-%06d".formatted(once ? ONCE : "each", number);
    }

    /** Whether a key was sent as the Idempotency-Key. */
    public static boolean isOnce(@Nullable String key) {
        return key != null && key.startsWith(ONCE);
    }
}
