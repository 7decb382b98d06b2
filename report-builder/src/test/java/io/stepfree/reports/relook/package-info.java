/** Which pages are looked at again. */
@NullMarked
package io.stepfree.reports.relook;

import org.jspecify.annotations.NullMarked;
