/**
 * Takes scans in by publishing them, and shows how they stand by reading what the others have
 * projected.
 */
@NullMarked
package io.stepfree.gateway.scans;

import org.jspecify.annotations.NullMarked;
