/** Answers a scan that was made a moment ago with the result it had then. */
@NullMarked
package io.stepfree.gateway.cache;

import org.jspecify.annotations.NullMarked;
