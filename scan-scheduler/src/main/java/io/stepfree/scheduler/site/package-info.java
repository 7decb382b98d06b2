/** Explores sites: finds their pages, submits each once, and knows when to stop. */
@NullMarked
package io.stepfree.scheduler.site;

import org.jspecify.annotations.NullMarked;
