/** The service that decides what happens to a scan next, and its wiring. */
@NullMarked
package io.stepfree.scheduler;

import org.jspecify.annotations.NullMarked;
