/** Follows one HTTP request through every topic and log line by its id. */
@NullMarked
package io.stepfree.platform.request;

import org.jspecify.annotations.NullMarked;
