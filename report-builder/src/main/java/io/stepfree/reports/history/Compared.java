package io.stepfree.reports.history;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A look at a page beside the one before it.
 *
 * @param before null where there is none
 * @param changes none where there is nothing before
 */
record Compared(String client, Look look, @Nullable Look before, PageChanges changes) {

    /**
     * Compares the two.
     *
     * @param carried what the look before did not observe although it was known
     */
    static Compared of(String client, Look look, @Nullable Look before, Set<Known> carried) {
        return new Compared(
                client,
                look,
                before,
                before == null ? PageChanges.none() : PageChanges.between(before, carried, look));
    }
}
