/** Keeps the books: every accepted scan is open or has ended in one of three ways. */
@NullMarked
package io.stepfree.scheduler.ledger;

import org.jspecify.annotations.NullMarked;
