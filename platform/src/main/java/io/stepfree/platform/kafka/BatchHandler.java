package io.stepfree.platform.kafka;

import java.util.List;

/**
 * What a service does with many records at once. Must be idempotent: any of them may come again,
 * also together with others.
 */
@FunctionalInterface
public interface BatchHandler<T> {

    /**
     * Returns when all of them are dealt with for good. Throws when they are to come again, which
     * is right only where time can mend the reason; they then come one by one, so that one that
     * cannot be dealt with holds up as few others as possible.
     *
     * @param batch never empty; those of one partition in their order, and some may be of one key
     */
    void handle(List<Received<T>> batch) throws Exception;
}
