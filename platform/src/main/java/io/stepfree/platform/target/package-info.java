/** Says which addresses may be scanned: one table for the gateway's check and the worker's. */
@NullMarked
package io.stepfree.platform.target;

import org.jspecify.annotations.NullMarked;
