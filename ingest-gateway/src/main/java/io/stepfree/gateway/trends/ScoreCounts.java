package io.stepfree.gateway.trends;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How often each score was given. Not thread-safe. */
final class ScoreCounts {

    private final SortedMap<Integer, Long> counts = new TreeMap<>();

    void add(int score, long times) {
        counts.merge(score, times, Long::sum);
    }

    /** The one in the middle, or between the two there; null where none was given. */
    @Nullable Double median() {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        return all == 0 ? null : (at((all - 1) / 2) + at(all / 2)) / 2.0;
    }

    private int at(long place) {
        long passed = 0;
        for (var entry : counts.entrySet()) {
            passed += entry.getValue();
            if (passed > place) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("place %d of %d".formatted(place, passed));
    }
}
