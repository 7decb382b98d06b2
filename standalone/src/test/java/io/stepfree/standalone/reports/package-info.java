/** What reports are as web pages, by the judgement of others. */
@NullMarked
package io.stepfree.standalone.reports;

import org.jspecify.annotations.NullMarked;
