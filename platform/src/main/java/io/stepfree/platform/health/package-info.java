/**
 * How well the things are that a service works with: looked at in the background, so that whoever
 * asks is answered at once.
 */
@NullMarked
package io.stepfree.platform.health;

import org.jspecify.annotations.NullMarked;
