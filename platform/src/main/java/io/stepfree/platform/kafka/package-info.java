/**
 * Writes, reads and streams records, so that none is lost when the broker or a reader is not well.
 */
@NullMarked
package io.stepfree.platform.kafka;

import org.jspecify.annotations.NullMarked;
