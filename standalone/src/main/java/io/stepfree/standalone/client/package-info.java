/** Talks to the gateway over HTTP, as any other client would. */
@NullMarked
package io.stepfree.standalone.client;

import org.jspecify.annotations.NullMarked;
