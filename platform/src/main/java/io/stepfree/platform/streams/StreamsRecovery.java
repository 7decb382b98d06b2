package io.stepfree.platform.streams;

import io.stepfree.platform.recovery.Recovery;

/**
 * Starts a topology anew that has stopped as a whole, which replacing its threads does not mend. It
 * goes on from the last committed transaction. Thread-safe.
 */
final class StreamsRecovery implements Recovery {

    private final StreamsRunner runner;

    StreamsRecovery(StreamsRunner runner) {
        this.runner = runner;
    }

    @Override
    public String component() {
        return "streams";
    }

    @Override
    public boolean isNeeded() {
        return runner.hasStopped();
    }

    @Override
    public boolean isWorkStopped() {
        return true;
    }

    @Override
    public String recover() {
        runner.restart();
        return "The topology was started anew.";
    }
}
