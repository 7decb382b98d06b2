/**
 * Keeps every dead letter and every unreadable record in PostgreSQL, once each and byte for byte.
 */
@NullMarked
package io.stepfree.deadletters.index;

import org.jspecify.annotations.NullMarked;
