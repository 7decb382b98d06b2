/** Asks a site's robots.txt whether its pages may be visited. */
@NullMarked
package io.stepfree.processor.robots;

import org.jspecify.annotations.NullMarked;
