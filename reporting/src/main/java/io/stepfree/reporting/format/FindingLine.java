package io.stepfree.reporting.format;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of NDJSON or a row of CSV: of a page, or of something found on it. Its components are the
 * members and the columns, name by name; what a line does not have is left out, or is an empty
 * cell.
 *
 * <p>The sum of {@code occurrences} over the lines of a kind is how many there are, because what
 * the report counts but does not keep has a line as well, without an element.
 *
 * @param kind page, violation or needs_review
 * @param scanId the scan
 * @param url the page: where it was found, or as submitted where it was not seen
 * @param seen valid, partial, suspect or no
 * @param status of a page that was not seen: where the scan stands
 * @param failure of a page that was not seen: the kind of failure
 * @param score of a page: 0 to 100
 * @param message of a page: what its numbers mean, or why it was not seen; else what has to change
 * @param warnings of a page: what to know before believing the numbers
 * @param rule the engine's id of the rule
 * @param impact of the element
 * @param occurrences 1 for an element; more for those that are counted and not kept; 0 for a page
 * @param help what the rule asks for
 * @param helpUrl where it is explained
 * @param successCriteria as 1.4.3
 * @param target a CSS selector for each frame or shadow root from the page down
 * @param html the element's markup, perhaps cut
 * @param fingerprint names the finding over time
 * @param foreground the text's colour, for rules about contrast
 * @param background the colour behind it
 * @param ratio the ratio between them
 * @param required the ratio that is asked for
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record FindingLine(
        String kind,
        String scanId,
        String url,
        String seen,
        String status,
        String failure,
        @Nullable Integer score,
        String message,
        List<String> warnings,
        String rule,
        String impact,
        @JsonInclude(JsonInclude.Include.ALWAYS) int occurrences,
        String help,
        String helpUrl,
        List<String> successCriteria,
        List<String> target,
        String html,
        String fingerprint,
        String foreground,
        String background,
        @Nullable Double ratio,
        @Nullable Double required) {}
