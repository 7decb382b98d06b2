/** Whether a page that has not changed has nothing new and nothing fixed at the second scan. */
@NullMarked
package io.stepfree.load.history;

import org.jspecify.annotations.NullMarked;
