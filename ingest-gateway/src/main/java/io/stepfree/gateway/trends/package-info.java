/** Shows how what is found of a client goes up and down. */
@NullMarked
package io.stepfree.gateway.trends;

import org.jspecify.annotations.NullMarked;
