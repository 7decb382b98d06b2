/** The pages that a report is about, handed over one by one so that no report needs them all. */
@NullMarked
package io.stepfree.reporting.pages;

import org.jspecify.annotations.NullMarked;
