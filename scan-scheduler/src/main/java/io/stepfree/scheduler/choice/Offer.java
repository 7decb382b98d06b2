package io.stepfree.scheduler.choice;

import io.stepfree.schemas.scan.Priority;

/**
 * The best that one partition could hand out next, of one priority.
 *
 * @param priority the scan's priority
 * @param client whom it belongs to
 * @param burden what the client got of late and still waits for, as its place in the turn: the
 *     smallest goes first
 */
record Offer(Priority priority, String client, double burden) {}
