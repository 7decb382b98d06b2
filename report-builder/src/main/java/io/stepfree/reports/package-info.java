/**
 * Turns scan results into reports, once each, and projects scan events into the status clients see.
 */
@NullMarked
package io.stepfree.reports;

import org.jspecify.annotations.NullMarked;
