package io.stepfree.alerts.metric;

import io.stepfree.alerts.history.History;
import io.stepfree.alerts.history.Tally;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How a metric is read from what happened lately. */
@FunctionalInterface
interface Measure {

    /** The subject of a metric that has no parts. */
    String WHOLE = "";

    /**
     * Reads it.
     *
     * @param window how far back, in whole seconds
     * @param now the second in which the window ends, counted from the epoch
     * @return a reading for each part, a part that is not there being calm; empty while it is not
     *     known
     */
    Optional<Map<String, Reading>> read(History history, Duration window, long now);

    /** How much of it each service instance counted; empty for what instances do not count. */
    default Map<String, Long> instances(Tally window) {
        return Map.of();
    }
}
