package io.stepfree.gateway.deadletters;

import java.time.Instant;

/**
 * A record that could not be decoded, kept as it came.
 *
 * @param id its number among the kept ones
 * @param position where it lay first
 * @param keptAt when it was put aside
 * @param error why it could not be decoded
 * @param sizeBytes how long its value is
 */
record UnreadableRow(
        long id, DeadLetterRow.Position position, Instant keptAt, String error, int sizeBytes) {}
