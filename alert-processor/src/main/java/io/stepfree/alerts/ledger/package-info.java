/** Watches the scheduler's books: they must add up, and no scan may stay open for too long. */
@NullMarked
package io.stepfree.alerts.ledger;

import org.jspecify.annotations.NullMarked;
