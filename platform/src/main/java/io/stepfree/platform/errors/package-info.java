/**
 * Where errors go that nobody has foreseen: to the log, to a metric and, when wanted, to Sentry.
 */
@NullMarked
package io.stepfree.platform.errors;

import org.jspecify.annotations.NullMarked;
