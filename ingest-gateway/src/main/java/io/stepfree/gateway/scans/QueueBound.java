package io.stepfree.gateway.scans;

import io.stepfree.gateway.health.QueueWatch;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.OptionalLong;

/**
 * Takes no more scans while too many wait. A queue of which nothing was ever told is not full; one
 * that nobody has told of for a while is as it was. Thread-safe.
 */
public final class QueueBound {

    private final QueueWatch queue;
    private final long most;

    /**
     * @param most how many scans may wait
     */
    public QueueBound(QueueWatch queue, long most) {
        this.queue = queue;
        this.most = most;
    }

    /**
     * @throws ProblemException when too many wait
     */
    public void admit() {
        OptionalLong waiting = queue.waiting();
        if (waiting.isPresent() && waiting.getAsLong() > most) {
            throw new ProblemException(
                    ProblemType.QUEUE_FULL,
                    "%d scans wait for a worker, and no more than %d may. Nothing was accepted; try again later."
                            .formatted(waiting.getAsLong(), most));
        }
    }
}
