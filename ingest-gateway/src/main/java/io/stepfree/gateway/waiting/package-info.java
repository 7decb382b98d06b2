/** Holds the answer to a submitted scan until the scan has ended, for clients that prefer that. */
@NullMarked
package io.stepfree.gateway.waiting;

import org.jspecify.annotations.NullMarked;
