@NullMarked
package io.stepfree.reporting.receipt;

import org.jspecify.annotations.NullMarked;
