package io.stepfree.deadletters.replay;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many dead letters of a replay stand where.
 *
 * @param waiting not gone yet
 * @param underWay gone and not ended
 * @param completed ended with a result
 * @param diedAgain ended as a dead letter once more
 * @param cancelled ended by a cancel
 * @param skipped left alone, by reason
 */
record ReplayCounts(
        int waiting,
        int underWay,
        int completed,
        int diedAgain,
        int cancelled,
        Map<String, Integer> skipped) {

    ReplayCounts {
        skipped = Map.copyOf(skipped);
    }

    int published() {
        return underWay + completed + diedAgain + cancelled;
    }

    int leftAlone() {
        return skipped.values().stream().mapToInt(Integer::intValue).sum();
    }

    int chosen() {
        return waiting + published() + leftAlone();
    }

    /** Why some were left alone, in words: "3 quarantined, 2 in another replay". */
    String reasons() {
        return skipped.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(reason -> reason.getValue() + " " + reason.getKey().replace('_', ' '))
                .collect(Collectors.joining(", "));
    }
}
