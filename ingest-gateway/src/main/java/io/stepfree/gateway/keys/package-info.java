/** Makes, lists and revokes keys over HTTP. */
@NullMarked
package io.stepfree.gateway.keys;

import org.jspecify.annotations.NullMarked;
