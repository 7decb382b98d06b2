package io.stepfree.platform.recovery;

/** A part of a service that can be started anew without harm. */
public interface Recovery {

    /** What it is, as browser: one of the same few names in every service. */
    String component();

    /** Whether it is seen to have stopped for good, so that nobody needs to order it. */
    boolean isNeeded();

    /**
     * Starts it anew; what it was doing is done again. May take seconds.
     *
     * @return what was done, one sentence
     * @throws Exception when that could not be done
     */
    String recover() throws Exception;
}
