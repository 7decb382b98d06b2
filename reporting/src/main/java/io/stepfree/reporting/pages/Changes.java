package io.stepfree.reporting.pages;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a page stands against the scan of it before (docs/adr/0028).
 *
 * @param compared with_previous; or why with none: first, suspect, secrets, unnamed, or unknown
 *     where nothing is kept of it
 * @param whole whether all of the page was seen; if not, nothing that is missing counts as fixed
 * @param earlier the scan it was compared with; null when there is none
 * @param counts how many findings there are in each state
 * @param secondLook the next look at the page, where one tells or was to tell of what is new; null
 *     where there is none
 * @param fixed those that are gone, what was seen last first; perhaps not all
 * @param notObserved those that may still be there, unseen; perhaps not all
 * @param engineGone those that went with another version of the engine; perhaps not all
 */
public record Changes(
        String compared,
        boolean whole,
        @Nullable Earlier earlier,
        Counts counts,
        @Nullable SecondLook secondLook,
        List<Missing> fixed,
        List<Missing> notObserved,
        List<Missing> engineGone) {

    /** Of a page of which nothing is kept to compare it with. */
    public static final Changes UNKNOWN =
            new Changes(
                    "unknown",
                    false,
                    null,
                    new Counts(0, 0, 0, 0, 0, 0),
                    null,
                    List.of(),
                    List.of(),
                    List.of());

    public Changes {
        fixed = List.copyOf(fixed);
        notObserved = List.copyOf(notObserved);
        engineGone = List.copyOf(engineGone);
    }

    /**
     * The scan before.
     *
     * @param completedAt when its page had been seen; null, as is the engine, when nothing is kept
     *     of it any more
     */
    public record Earlier(String scanId, @Nullable Instant completedAt, @Nullable String engine) {}

    /**
     * Findings by number.
     *
     * @param engineChanged how many came or went with another version of the engine
     */
    public record Counts(
            int newOnes,
            int newlyObserved,
            int persisting,
            int fixed,
            int notObserved,
            int engineChanged) {}

    /**
     * How it stands with the look that tells whether what is new is there to stay.
     *
     * @param state seen, ordered when it is to come, missed, or left_out when none was ordered
     *     because there had been as many within the hour as may be
     * @param scan the scan that looks again; null where none was ordered
     * @param reason why it was missed: dead_lettered, cancelled, partial, suspect or unnamed; null
     *     where it was not, or nothing is kept of it
     * @param failure of what its scan failed; null where it did not
     */
    public record SecondLook(
            String state,
            @Nullable String scan,
            @Nullable String reason,
            @Nullable Failure failure) {}

    /**
     * Of what a scan failed.
     *
     * @param type as http_error
     * @param message one sentence
     */
    public record Failure(String type, String message) {}

    /**
     * A finding that was known of the page and is not in this scan.
     *
     * @param kind violation or needs_review
     * @param target where it was; empty when nothing is kept of it any more
     * @param html what it looked like; empty when nothing is kept of it any more
     * @param lastSeen the scan that saw it last
     */
    public record Missing(
            String rule,
            String impact,
            String kind,
            List<String> target,
            String html,
            String lastSeen,
            Instant lastSeenAt) {

        public Missing {
            target = List.copyOf(target);
        }
    }
}
