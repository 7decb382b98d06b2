package io.stepfree.processor.browser;

/** Why a browser ended; the tag {@code cause} of {@code stepfree.browser.ends}. */
enum EndCause {
    /** It died, or its driver did. */
    CRASH,
    /** It did not do as it was told in time, or a scan would not let go of it. */
    HANG,
    /** It had taken too much memory. */
    MEMORY,
    /** It had served its number of scans. */
    AGE,
    /** It did not answer a health check. */
    HEALTH,
    /** An operator ordered it. */
    ORDER,
    /** The worker stopped. */
    CLOSED
}
