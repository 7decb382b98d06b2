package io.stepfree.processor.browser;

import java.time.Duration;

/**
 * What a browser may take and how long it serves before another one takes over.
 *
 * @param scans after how many scans it is replaced
 * @param memory in bytes, of its whole process tree: over it, it takes no further scan and is
 *     replaced once the running ones have ended
 * @param healthInterval how often it is asked whether it is well
 * @param healthTimeout how long it may take to answer
 * @param longestLease how long one scan may hold it; every deadline of a scan lies well before
 */
public record BrowserLimits(
        int scans,
        long memory,
        Duration healthInterval,
        Duration healthTimeout,
        Duration longestLease) {

    private static final long STANDARD_MEMORY = 800L << 20;
    private static final Duration STANDARD_INTERVAL = Duration.ofSeconds(30);

    /** As long as the longest deadline, 120 s, and what clearing up may take. */
    private static final Duration STANDARD_LEASE = Duration.ofSeconds(140);

    /** The browser itself answers at once, however busy its pages are. */
    private static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(10);

    public BrowserLimits(int scans, long memory, Duration healthInterval) {
        this(scans, memory, healthInterval, STANDARD_TIMEOUT, STANDARD_LEASE);
    }

    /** 800 MB and a health check every 30 s. */
    public static BrowserLimits ofScans(int scans) {
        return new BrowserLimits(scans, STANDARD_MEMORY, STANDARD_INTERVAL);
    }

    /** What the process of one page may take, in bytes: two thirds. Its scan ends over it. */
    long pageMemory() {
        return memory / 3 * 2;
    }

    /** At which the whole browser is killed at once, in bytes: twice as much. */
    long lethalMemory() {
        return memory * 2;
    }

    /**
     * What the kernel is asked to hold it to, in bytes: so much more that our own kill is first.
     */
    long kernelMemory() {
        return memory / 2 * 5;
    }
}
