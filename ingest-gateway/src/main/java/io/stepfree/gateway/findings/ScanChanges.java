package io.stepfree.gateway.findings;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has changed on a page since the scan of it before; the components are the JSON fields.
 *
 * @param scan the scan
 * @param completedAt when its page had been seen
 * @param engine the engine that it was seen with
 * @param whole whether all of the page was seen; if not, nothing that is missing counts as fixed
 * @param compared whether it was compared: with the scan in {@code previous}, or why with none:
 *     first, suspect, secrets or unnamed
 * @param previous the scan that it was compared with; absent when there is none
 * @param counts how many findings there are in each state
 * @param decided how many of these are accepted or ignored by a decision that counts now
 * @param assigned how many of these are somebody's to mend, by one that counts now; they are not
 *     among those that are decided
 * @param secondLook what became of what is new; absent when nothing is, or nobody has looked again
 *     and nobody is to
 * @param findings the findings themselves, as many of each state as were asked for: of what is
 *     there the gravest first, of what is missing what was seen last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScanChanges(
        String scan,
        Instant completedAt,
        String engine,
        boolean whole,
        String compared,
        @Nullable Previous previous,
        Counts counts,
        Decided decided,
        Decided assigned,
        @Nullable SecondLook secondLook,
        ByState findings) {

    /**
     * The scan before.
     *
     * @param completedAt absent, as is the engine, when nothing is kept of it any more
     * @param secondLookOf the scan because of which it was ordered, where it is a second look,
     *     which is in no list
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Previous(
            String scan,
            @Nullable Instant completedAt,
            @Nullable String engine,
            @Nullable String secondLookOf) {}

    /**
     * Findings by number.
     *
     * @param found how many the scan found
     * @param newOnes how many of them are new
     * @param newlyObserved how many of them may have been there before, unseen
     * @param persisting how many of them were known
     * @param fixed how many were known and are gone
     * @param notObserved how many were known and may still be there, unseen
     * @param engineChanged how many came or went with another version of the engine
     */
    record Counts(
            int found,
            @JsonProperty("new") int newOnes,
            int newlyObserved,
            int persisting,
            int fixed,
            int notObserved,
            int engineChanged) {}

    /** Of the findings that are there, those that a decision is about, by number. */
    record Decided(
            int found,
            @JsonProperty("new") int newOnes,
            int newlyObserved,
            int persisting,
            int engineChanged) {}

    /**
     * The next look at the whole page, whoever had it made, and what it tells of what was new.
     *
     * @param state seen; ordered when it is to come; missed when that is over and did not see the
     *     whole page; left_out when none was ordered because the client had as many within the hour
     *     as it may have
     * @param scan the scan that looks again; absent when none was ordered
     * @param reason why it was missed: dead_lettered, cancelled, partial where a part of the page
     *     was not seen, suspect where that may have been another page, unnamed where its findings
     *     have no fingerprints; null where nothing is kept of it, or it cannot be placed after the
     *     first look
     * @param failure of what it was missed where it is dead_lettered, a JSON object; its dead
     *     letter has the scan's id
     * @param completedAt when it had seen the page; absent, as is all that follows, until then
     * @param confirmed how many of the new findings it saw again
     * @param flickering how many of them were gone without anybody having mended them
     * @param unknown of how many it cannot tell, because it did not see their part of the page or
     *     its engine is another
     * @param flickers the fingerprints of those that were gone, as many as were asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SecondLook(
            String state,
            @Nullable String scan,
            @Nullable String reason,
            @JsonRawValue @Nullable String failure,
            @Nullable Instant completedAt,
            @Nullable Integer confirmed,
            @Nullable Integer flickering,
            @Nullable Integer unknown,
            @Nullable List<String> flickers) {

        static final String SEEN = "seen";
        static final String MISSED = "missed";

        /** As long as nobody has looked again. */
        static SecondLook notYet(String state, @Nullable String scan) {
            return new SecondLook(state, scan, null, null, null, null, null, null, null);
        }

        /** The same, with why it was missed. */
        SecondLook because(@Nullable String why, @Nullable String failed) {
            return new SecondLook(
                    state,
                    scan,
                    why,
                    failed,
                    completedAt,
                    confirmed,
                    flickering,
                    unknown,
                    flickers);
        }
    }

    /** Findings by state; those that are not there any more as they were last seen. */
    record ByState(
            @JsonProperty("new") List<ShownFinding> newOnes,
            List<ShownFinding> newlyObserved,
            List<ShownFinding> persisting,
            List<MissingFinding> fixed,
            List<MissingFinding> notObserved,
            EngineChanged engineChanged) {}

    /** Findings that came and went with another version of the engine. */
    record EngineChanged(List<ShownFinding> appeared, List<MissingFinding> disappeared) {}

    /**
     * A finding that was known of the page and is not in this scan.
     *
     * @param fingerprint its name over time
     * @param lastSeen the scan that saw it last
     * @param lastSeenAt when that was
     * @param engine the engine that it was seen with
     * @param target where it was; absent when nothing is kept of it any more
     * @param html what it looked like; absent when nothing is kept of it any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MissingFinding(
            String fingerprint,
            String rule,
            String impact,
            String kind,
            String lastSeen,
            Instant lastSeenAt,
            String engine,
            @Nullable List<String> target,
            @Nullable String html) {}
}
