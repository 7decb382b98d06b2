package io.stepfree.processor.browser;

import java.time.Duration;

/**
 * What a browser may take and how long it serves before another one takes over.
 *
 * @param scans after how many scans it is replaced
 * @param memory in bytes, of its whole process tree: over it, it takes no further scan and is
 *     replaced once the running ones have ended
 * @param pageMemory in bytes, of the process of one page: over it, that page's scan ends
 * @param lethalMemory in bytes, of the whole tree: over it, the browser is killed at once
 * @param cores of the processor, of the whole tree, also a part of one: it gets no more, on a
 *     machine whose kernel bounds it for us
 * @param healthInterval how often it is asked whether it is well
 * @param healthTimeout how long it may take to answer
 * @param longestLease how long one scan may hold it; every deadline of a scan lies well before
 */
public record BrowserLimits(
        int scans,
        long memory,
        long pageMemory,
        long lethalMemory,
        double cores,
        Duration healthInterval,
        Duration healthTimeout,
        Duration longestLease) {

    private static final long STANDARD_MEMORY = 800L << 20;
    private static final Duration STANDARD_INTERVAL = Duration.ofSeconds(30);

    /** The browser itself answers at once, however busy its pages are. */
    private static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(10);

    /** As long as the longest deadline, 120 s, and what clearing up may take. */
    private static final Duration STANDARD_LEASE = Duration.ofSeconds(140);

    /** One page may take two thirds of the memory, and all of them twice as much for a moment. */
    public BrowserLimits(int scans, long memory, double cores, Duration healthInterval) {
        this(
                scans,
                memory,
                memory / 3 * 2,
                memory * 2,
                cores,
                healthInterval,
                STANDARD_TIMEOUT,
                STANDARD_LEASE);
    }

    /** 800 MB, the {@linkplain #standardCores usual} cores and a health check every 30 s. */
    public static BrowserLimits ofScans(int scans) {
        return new BrowserLimits(scans, STANDARD_MEMORY, standardCores(), STANDARD_INTERVAL);
    }

    /**
     * Nine tenths of the machine: what is left is about what the worker takes for itself beside
     * scans on all cores, and enough to end one that takes everything.
     */
    public static double standardCores() {
        return 0.9 * Runtime.getRuntime().availableProcessors();
    }

    /**
     * What the kernel is asked to hold it to, in bytes: so much more that our own kill is first.
     */
    long kernelMemory() {
        return lethalMemory / 4 * 5;
    }
}
