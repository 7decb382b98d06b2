/** Streams, without a server and a broker. */
@NullMarked
package io.stepfree.gateway.live;

import org.jspecify.annotations.NullMarked;
