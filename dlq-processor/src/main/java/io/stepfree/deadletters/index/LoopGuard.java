package io.stepfree.deadletters.index;

/**
 * Keeps a scan that dies after every replay from being replayed for ever: at the limit its dead
 * letter is in quarantine, until an operator releases it for one more.
 *
 * @param replayLimit how often a scan is replayed
 */
public record LoopGuard(int replayLimit) {

    /** Whether a scan that was replayed so often is held back when it dies. */
    public boolean holds(int replays) {
        return replays >= replayLimit;
    }

    /** Why it has set a dead letter aside. */
    public String sentence() {
        return "It has died after %d replays, as many as a scan may have; release it for one more."
                .formatted(replayLimit);
    }
}
