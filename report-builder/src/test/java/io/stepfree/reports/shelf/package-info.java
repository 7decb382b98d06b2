@NullMarked
package io.stepfree.reports.shelf;

import org.jspecify.annotations.NullMarked;
