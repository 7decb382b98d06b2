/** Erases what a service keeps of a client, on an operator's order, and counts what went. */
@NullMarked
package io.stepfree.platform.erasure;

import org.jspecify.annotations.NullMarked;
