package io.stepfree.standalone.client;

import java.time.Instant;

/**
 * A record that could not be decoded, as the gateway tells it.
 *
 * @param id its number among the kept ones
 * @param position where it lay first
 * @param keptAt when it was put aside
 * @param error why it could not be decoded
 * @param sizeBytes how long its value is
 */
public record UnreadableView(
        long id, Position position, Instant keptAt, String error, int sizeBytes) {

    /** Where a record lies on its topic. */
    public record Position(String topic, int partition, long offset) {}
}
