/**
 * Reads stretches of topics by offset or time, without a group, when the index does not know
 * enough.
 */
@NullMarked
package io.stepfree.deadletters.topic;

import org.jspecify.annotations.NullMarked;
