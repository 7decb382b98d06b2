package io.stepfree.reporting.format;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.UnseenPage;
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
 * @param template names how the page is built, where that was told
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
        @Nullable Double required,
        String template) {

    /** The kinds of lines. */
    static final String PAGE = "page";

    static final String VIOLATION = "violation";
    static final String NEEDS_REVIEW = "needs_review";

    /** The line of a page that was seen. */
    static FindingLine of(ReportDocument page) {
        return ofPage(
                page.scanId(),
                page.finalUrl(),
                page.validity(),
                "",
                "",
                page.score(),
                page.summary().verdict(),
                page.warnings(),
                page.template());
    }

    /** The line of a page that was not seen. */
    static FindingLine of(UnseenPage page) {
        return ofPage(
                page.scanId(),
                page.url(),
                "no",
                page.status(),
                page.failure(),
                null,
                page.reason(),
                List.of(),
                "");
    }

    private static FindingLine ofPage(
            String scanId,
            String url,
            String seen,
            String status,
            String failure,
            @Nullable Integer score,
            String message,
            List<String> warnings,
            String template) {
        List<String> none = List.of();
        return new FindingLine(
                PAGE, scanId, url, seen, status, failure, score, message, warnings, "", "", 0, "",
                "", none, none, "", "", "", "", null, null, template);
    }

    /** The line of an element that a rule speaks of. */
    static FindingLine of(String kind, ReportDocument page, Finding finding, Node node) {
        var contrast = node.contrast();
        return new FindingLine(
                kind,
                page.scanId(),
                page.finalUrl(),
                page.validity(),
                "",
                "",
                null,
                node.summary(),
                List.of(),
                finding.rule(),
                node.impact(),
                1,
                finding.help(),
                finding.helpUrl(),
                finding.successCriteria(),
                node.target(),
                node.html(),
                node.fingerprint(),
                contrast == null ? "" : contrast.foreground(),
                contrast == null ? "" : contrast.background(),
                contrast == null ? null : contrast.ratio(),
                contrast == null ? null : contrast.required(),
                page.template());
    }

    /** The line of elements that are counted and were not kept. */
    static FindingLine ofLeftover(String kind, ReportDocument page, Finding finding, int leftOut) {
        var nowhere =
                new Node(
                        List.of(),
                        "",
                        Leftover.sentence(leftOut),
                        finding.impact(),
                        "",
                        null,
                        null);
        return of(kind, page, finding, nowhere).counting(leftOut);
    }

    private FindingLine counting(int several) {
        return new FindingLine(
                kind,
                scanId,
                url,
                seen,
                status,
                failure,
                score,
                message,
                warnings,
                rule,
                impact,
                several,
                help,
                helpUrl,
                successCriteria,
                target,
                html,
                fingerprint,
                foreground,
                background,
                ratio,
                required,
                template);
    }
}
