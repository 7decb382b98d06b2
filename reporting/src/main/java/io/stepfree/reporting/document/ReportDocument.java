package io.stepfree.reporting.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One report. Its components are the report's JSON, name by name, as {@code
 * schema/report.schema.json} describes it.
 *
 * <p>Immutable, and made of the scan's result alone: the same result gives the same document at any
 * time.
 *
 * @param schemaVersion the version of this shape, {@value #SCHEMA_VERSION}
 * @param scanId the scan
 * @param requestId the id of the HTTP request that submitted it
 * @param client whom the scan belongs to
 * @param url the address as submitted
 * @param finalUrl the address at the end of all redirects: the page that was scanned
 * @param title the page's title; may be empty
 * @param language the page's declared language; empty where it declares none
 * @param httpStatus the status of the main document
 * @param standard the conformance target, as wcag22aa
 * @param engine name and version of the accessibility engine
 * @param browser name and version of the browser
 * @param submittedAt when the scan was accepted
 * @param completedAt when the successful attempt was done
 * @param attempt the number of the successful attempt
 * @param earlierFailures the attempts that failed before, oldest first
 * @param validity whether it was the page that was seen: valid, partial or suspect
 * @param score 0 to 100, by the formula in docs/score.md; null where the page is suspect, and in
 *     results of workers that gave none
 * @param summary the numbers, and what they mean in a sentence
 * @param violations what fails, by rule; the highest impact first, then the rule with most
 *     occurrences
 * @param needsReview what a person has to look at, by rule, in the same order; never counted as a
 *     violation
 * @param warnings what a reader must know before believing the numbers, a sentence each
 * @param elements how many elements the page has, frames included; 0 where they were not counted
 * @param cut whether elements were left out to keep the result small; all are counted
 * @param template names how the page is built: the same for pages made from one template
 *     (docs/adr/0031); empty, and absent in JSON, where it was not told
 * @param timings milliseconds spent by phase
 * @param screenshot a picture of the page; absent unless it was asked for
 * @param receipt what the report can be held against; absent before it is published, and in reports
 *     of before there were receipts
 */
public record ReportDocument(
        int schemaVersion,
        String scanId,
        String requestId,
        String client,
        String url,
        String finalUrl,
        String title,
        String language,
        int httpStatus,
        String standard,
        String engine,
        String browser,
        Instant submittedAt,
        Instant completedAt,
        int attempt,
        List<EarlierFailure> earlierFailures,
        String validity,
        @Nullable Integer score,
        Summary summary,
        List<Finding> violations,
        List<Finding> needsReview,
        List<String> warnings,
        int elements,
        boolean cut,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String template,
        Map<String, Long> timings,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Image screenshot,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Receipt receipt) {

    /**
     * The version of the shape that this class writes; raised when a reader of an older one would
     * be misled, and not when it only finds more than it knows.
     */
    public static final int SCHEMA_VERSION = 1;

    public ReportDocument {
        earlierFailures = List.copyOf(earlierFailures);
        violations = List.copyOf(violations);
        needsReview = List.copyOf(needsReview);
        warnings = List.copyOf(warnings);
        // Sorted, because equal documents must be equal files.
        timings = Collections.unmodifiableMap(new TreeMap<>(timings));
    }

    /**
     * Whether what was seen may be something else in the place of the page, such as a login. A
     * validity that nobody knows may mean anything.
     */
    public boolean mayBeAnotherPage() {
        return !validity.equals("valid") && !validity.equals("partial");
    }

    /** The same with a receipt. */
    public ReportDocument with(Receipt given) {
        return new ReportDocument(
                schemaVersion,
                scanId,
                requestId,
                client,
                url,
                finalUrl,
                title,
                language,
                httpStatus,
                standard,
                engine,
                browser,
                submittedAt,
                completedAt,
                attempt,
                earlierFailures,
                validity,
                score,
                summary,
                violations,
                needsReview,
                warnings,
                elements,
                cut,
                template,
                timings,
                screenshot,
                given);
    }

    /**
     * An attempt that failed before the one this report is of.
     *
     * @param attempt its number
     * @param type the kind of failure, in lower case, as http_error
     * @param message why, one sentence
     * @param httpStatus the status the page answered with; absent unless it is the reason
     * @param worker the service instance that made the attempt
     * @param failedAt when it failed
     */
    public record EarlierFailure(
            int attempt,
            String type,
            String message,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer httpStatus,
            String worker,
            Instant failedAt) {}

    /**
     * The report in numbers. Rules and occurrences are told apart: one rule may be violated in many
     * places.
     *
     * @param verdict one sentence for a person
     * @param violatedRules how many rules are violated
     * @param violations in how many places they are violated, all rules together
     * @param needsReviewRules how many rules could not decide
     * @param needsReview in how many places they could not
     * @param passes how many rules passed
     * @param inapplicable how many rules had nothing to look at
     */
    public record Summary(
            String verdict,
            int violatedRules,
            int violations,
            int needsReviewRules,
            int needsReview,
            int passes,
            int inapplicable) {}

    /**
     * One rule's verdict on the page.
     *
     * @param rule the engine's id of the rule
     * @param impact the highest impact among the elements, in lower case; unknown where the engine
     *     names none
     * @param help what the rule asks for, one sentence
     * @param helpUrl where the rule is explained, as the engine gives it
     * @param description what the rule checks, one sentence
     * @param successCriteria the WCAG success criteria it belongs to, as 1.4.3
     * @param tags the engine's tags of the rule
     * @param nodeCount how many elements are concerned, also those that nodes leaves out
     * @param nodes the elements, in the order of the page
     */
    public record Finding(
            String rule,
            String impact,
            String help,
            String helpUrl,
            String description,
            List<String> successCriteria,
            List<String> tags,
            int nodeCount,
            List<Node> nodes) {

        public Finding {
            successCriteria = List.copyOf(successCriteria);
            tags = List.copyOf(tags);
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * One element that a rule speaks of.
     *
     * @param target a CSS selector for each frame or shadow root from the page down; the last is
     *     the element's own
     * @param html the element's own markup, perhaps cut
     * @param summary what has to change, in the engine's words
     * @param impact the impact on this element, in lower case
     * @param fingerprint names this finding over time; absent in results of workers that gave none
     * @param contrast the colours, for rules about contrast
     * @param screenshot a picture of the element; absent unless it was asked for and fitted
     */
    public record Node(
            List<String> target,
            String html,
            String summary,
            String impact,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String fingerprint,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Contrast contrast,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Image screenshot) {

        public Node {
            target = List.copyOf(target);
        }
    }

    /**
     * The colours behind a finding about contrast (WCAG 1.4.3 and 1.4.6).
     *
     * @param foreground the text's colour, as #rrggbb
     * @param background the colour behind it, as #rrggbb
     * @param ratio the ratio between them, 1 to 21
     * @param required the ratio that is asked for; 0 where the engine names none
     * @param fontSize size of the text, as the engine tells it
     * @param fontWeight weight of the text, as the engine tells it
     */
    public record Contrast(
            String foreground,
            String background,
            double ratio,
            double required,
            String fontSize,
            String fontWeight) {}

    /**
     * A picture.
     *
     * @param mediaType its media type, as image/webp
     * @param width width in pixels
     * @param height height in pixels
     * @param data the picture itself, in base64 (RFC 4648)
     */
    public record Image(String mediaType, int width, int height, String data) {}
}
