package io.stepfree.load.chaos.nemesis;

import org.jspecify.annotations.Nullable;

/**
 * Something that was done to the pipeline.
 *
 * @param at when, in milliseconds of the epoch
 * @param endedAt when it was over: at once for a kill
 * @param kind what was done
 * @param target to whom
 * @param detail further, such as the process or why it was left out
 * @param inFlight how many scans were with a worker at that moment; for what a worker is made of 1
 *     or 0: whether that one had a scan
 * @param scanUrl the page that the worker that was hit was at
 * @param done false when it was left out
 */
public record FaultRecord(
        long at,
        long endedAt,
        FaultKind kind,
        String target,
        String detail,
        int inFlight,
        @Nullable String scanUrl,
        boolean done) {}
