package io.stepfree.gateway.trends;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How what is found goes up and down; the components are the JSON fields.
 *
 * @param by what it is of: client, site, page or rule
 * @param host the site
 * @param url the page
 * @param rule the rule
 * @param bucket day, week or month
 * @param from the first moment
 * @param to the first moment after it
 * @param items one for each day, week or month, the oldest first, also where nothing was scanned
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Trend(
        String by,
        @Nullable String host,
        @Nullable String url,
        @Nullable String rule,
        String bucket,
        Instant from,
        Instant to,
        List<Counts> items) {

    /**
     * What was counted of one day, week or month. Only what was seen counts: what is absent is not
     * 0 but not known.
     *
     * @param from its first moment
     * @param to the first moment after it
     * @param scans how many scans of it ended, with a report or in the dead letters
     * @param pagesSeen how many pages were seen, each by its last look at the whole of it or, where
     *     there is none, at a part; absent, as is all that follows, where nothing was scanned
     * @param pagesSeenInPart of how many of these that look may have left a part out, in which
     *     there may be more than was found
     * @param pagesNotSeen of how many pages that were scanned none was
     * @param pagesAffected on how many the rule is violated; only by rule
     * @param issues how many rules are violated, page by page, at the last look at each; absent, as
     *     is all that follows, where no page was seen
     * @param occurrences in how many places
     * @param newOnes how many places were new, all scans together, each against the one before it
     * @param fixed how many were fixed, in the same way
     * @param persisting how many were known, in the same way
     * @param medianScore of the last look at each page; absent by rule, and where no score was
     *     given
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Counts(
            Instant from,
            Instant to,
            long scans,
            @Nullable Long pagesSeen,
            @Nullable Long pagesSeenInPart,
            @Nullable Long pagesNotSeen,
            @Nullable Long pagesAffected,
            @Nullable Long issues,
            @Nullable Long occurrences,
            @JsonProperty("new") @Nullable Long newOnes,
            @Nullable Long fixed,
            @Nullable Long persisting,
            @Nullable Double medianScore) {}
}
