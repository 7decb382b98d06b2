package io.stepfree.platform.recovery;

/** A part of a service that can be started anew without harm. */
public interface Recovery {

    /** What it is, as browser: one of the same few names in every service. */
    String component();

    /** Whether it is seen to have stopped for good, so that nobody needs to order it. */
    boolean isNeeded();

    /**
     * Whether the service can do nothing as long as it is needed, so that it is not ready when it
     * does not help. Asked while it is needed.
     */
    default boolean isWorkStopped() {
        return false;
    }

    /**
     * Starts it anew; what it was doing is done again. May take seconds.
     *
     * @return what was done, one sentence
     * @throws Exception when that could not be done
     */
    String recover() throws Exception;
}
