package io.stepfree.standalone.printing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the text output shows of a report document; its whole shape is in {@code
 * report.schema.json}.
 *
 * @param url the address as submitted
 * @param finalUrl the address at the end of all redirects
 * @param title the page's title; may be empty
 * @param validity valid, partial or suspect; null in reports of before it was judged
 * @param score 0 to 100; null where the page is suspect, and in reports of before there were scores
 * @param summary the counts
 * @param violations what fails, the highest impact first
 * @param needsReview what a person has to look at
 * @param warnings what to know before believing the numbers
 */
public record PageReport(
        String url,
        String finalUrl,
        String title,
        @Nullable String validity,
        @Nullable Integer score,
        Summary summary,
        List<Finding> violations,
        List<Finding> needsReview,
        List<String> warnings) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The counts.
     *
     * @param verdict what they mean, one sentence
     * @param violatedRules how many rules are violated
     * @param violations in how many places
     * @param needsReviewRules how many rules could not decide
     * @param needsReview in how many places
     */
    public record Summary(
            String verdict,
            int violatedRules,
            int violations,
            int needsReviewRules,
            int needsReview) {}

    /**
     * One rule's verdict.
     *
     * @param rule the engine's id of the rule
     * @param impact critical, serious, moderate, minor or unknown
     * @param help what the rule asks for
     * @param helpUrl where it is explained
     * @param successCriteria the WCAG success criteria it belongs to; empty for best practices
     * @param nodeCount how many elements are concerned, also those not listed
     * @param nodes the elements
     */
    public record Finding(
            String rule,
            String impact,
            String help,
            String helpUrl,
            List<String> successCriteria,
            int nodeCount,
            List<Node> nodes) {}

    /**
     * One element.
     *
     * @param target a CSS selector for each frame or shadow root from the page down
     * @param html its markup
     */
    public record Node(List<String> target, String html) {}

    /** Whether it may be something else in the page's place. */
    boolean suspect() {
        return "suspect".equals(validity);
    }

    /**
     * Whether it was the page, but not wholly, or nobody knows: a newer server may judge in words
     * that this program has never heard. An unjudged report warns of nothing else.
     */
    boolean partial() {
        return validity == null ? !warnings.isEmpty() : !validity.equals("valid") && !suspect();
    }

    /**
     * Reads a report document; throws {@link tools.jackson.core.JacksonException} if it is not one.
     */
    public static PageReport of(JsonNode document) {
        return JSON.treeToValue(document, PageReport.class);
    }
}
