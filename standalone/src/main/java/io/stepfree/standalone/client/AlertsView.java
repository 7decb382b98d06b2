package io.stepfree.standalone.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The alerts, as the gateway tells them.
 *
 * @param open the incidents that have not ended, the most urgent first
 * @param resolved those that have, the newest first
 * @param silences what nobody is told of for now
 */
public record AlertsView(List<AlertView> open, List<AlertView> resolved, List<Silence> silences) {

    /** What was last told of one incident; whether it is silenced is not told by older gateways. */
    public record AlertView(
            String key,
            String state,
            String severity,
            Instant since,
            Instant at,
            String summary,
            List<String> also,
            String action,
            @Nullable Boolean silenced) {}

    /** What nobody is told of, until when, and why. */
    public record Silence(String alert, Instant until, String orderedBy, String reason) {

        /** What a silence of all alerts is called. */
        private static final String EVERYTHING = "*";

        /** Whether nobody is told of anything at all. */
        public boolean everything() {
            return alert.equals(EVERYTHING);
        }
    }
}
