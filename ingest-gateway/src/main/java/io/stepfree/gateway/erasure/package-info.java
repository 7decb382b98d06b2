/**
 * Orders that a client's data be erased everywhere, erases what the gateway has, and tells what
 * came of it.
 */
@NullMarked
package io.stepfree.gateway.erasure;

import org.jspecify.annotations.NullMarked;
