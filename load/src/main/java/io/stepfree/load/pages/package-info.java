/** What a page of a long list of scans costs, at its beginning and far down. */
@NullMarked
package io.stepfree.load.pages;

import org.jspecify.annotations.NullMarked;
