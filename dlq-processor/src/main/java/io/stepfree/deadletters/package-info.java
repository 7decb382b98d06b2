/**
 * Wires the service that indexes dead letters and unreadable records and replays what an operator
 * orders.
 */
@NullMarked
package io.stepfree.deadletters;

import org.jspecify.annotations.NullMarked;
