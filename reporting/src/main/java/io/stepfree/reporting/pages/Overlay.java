package io.stepfree.reporting.pages;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a page beside its report when the report is shown: how it stands against the
 * scan before, what was seen again of what is new, and what was decided of its findings. It can
 * change later, when an earlier scan comes late, the page is looked at again or a decision ends,
 * and a report cannot; so it is laid over and never stored with it.
 *
 * @param changes how the page stands against the scan before; null where nobody looked
 * @param marks what is known of single occurrences, by their number: the elements of the violations
 *     and then those that need review, from 0, in the order of the document
 */
public record Overlay(@Nullable Changes changes, Map<Integer, Mark> marks) {

    /** Of a report that is shown by itself, as in a file. */
    public static final Overlay NONE = new Overlay(null, Map.of());

    public Overlay {
        // Sorted, because equal overlays must be equal texts.
        marks = Collections.unmodifiableMap(new TreeMap<>(marks));
    }

    /**
     * What is known of one occurrence.
     *
     * @param state new, newly_observed, persisting or engine_changed; null where it was not
     *     compared
     * @param again what the next look at the whole page tells of it where it is new: confirmed,
     *     flickering or unknown; null as long as nobody has looked again
     * @param decided what was decided of it; null where nothing was, or it counts no more
     */
    public record Mark(@Nullable String state, @Nullable String again, @Nullable Decided decided) {}
}
