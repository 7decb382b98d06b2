package io.stepfree.deadletters.topic;

/**
 * A stretch of one partition.
 *
 * @param partition the partition
 * @param from the first offset
 * @param to the offset after the last one
 */
public record Stretch(int partition, long from, long to) {}
