/**
 * Visits one page, runs the accessibility engine on it and says what was seen or why nothing was.
 */
@NullMarked
package io.stepfree.processor.scan;

import org.jspecify.annotations.NullMarked;
