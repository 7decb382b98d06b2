package io.stepfree.processor.robots;

/** What a robots.txt that forbids a visit leads to. */
public enum RobotsMode {
    /** It is not asked for. */
    OFF,
    /** The page is scanned, and the result says so. */
    WARN,
    /** The page is not visited. */
    OBEY
}
