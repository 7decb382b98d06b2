package io.stepfree.reporting.document;

import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.Contrast;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Image;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Composes a report's document from a scan's result.
 *
 * <p>Total and deterministic: every result gives a document, and the same result the same one. A
 * failure here would come again at each redelivery and stop the partition. Stateless.
 */
public final class ReportComposer {

    private static final Comparator<Finding> GRAVEST_FIRST =
            Comparator.comparing(Finding::getImpact)
                    .thenComparingInt(Finding::getNodeCount)
                    .reversed()
                    .thenComparing(Finding::getRule);

    private ReportComposer() {}

    /** The document of a result, its texts made fit to be stored. */
    public static ReportDocument compose(ScanResult result) {
        var request = result.getRequest();
        var page = result.getPage();
        var violations = findings(page.getViolations());
        var needsReview = findings(page.getNeedsReview());
        var warnings = texts(page.getWarnings());
        var validity = validity(page);
        var timings = new TreeMap<String, Long>();
        page.getTimings().forEach((phase, millis) -> timings.put(text(phase), millis));
        return new ReportDocument(
                ReportDocument.SCHEMA_VERSION,
                text(request.getScanId()),
                text(request.getRequestId()),
                text(request.getClient()),
                text(request.getUrl()),
                text(page.getFinalUrl()),
                text(page.getTitle()),
                text(page.getLanguage()),
                page.getHttpStatus(),
                text(request.getStandard()),
                text(page.getEngine()),
                text(page.getBrowser()),
                request.getSubmittedAt(),
                result.getCompletedAt(),
                result.getAttempt(),
                result.getEarlierFailures().stream().map(ReportComposer::earlierFailure).toList(),
                validity.name().toLowerCase(Locale.ROOT),
                validity == Validity.SUSPECT ? null : page.getScore(),
                new Verdict(validity, violations, needsReview, warnings)
                        .summary(page.getPasses(), page.getInapplicable()),
                violations,
                needsReview,
                warnings,
                page.getElements(),
                page.getCut(),
                text(page.getTemplate()),
                timings,
                image(page.getScreenshot()),
                null);
    }

    /**
     * As the worker judged it. One that did not judge yet gave no score and knew only warnings:
     * what it left out of the page.
     */
    private static Validity validity(PageResult page) {
        boolean judged = page.getValidity() != Validity.VALID || page.getScore() != null;
        return judged || page.getWarnings().isEmpty() ? page.getValidity() : Validity.PARTIAL;
    }

    private static List<ReportDocument.Finding> findings(List<Finding> findings) {
        return findings.stream().sorted(GRAVEST_FIRST).map(ReportComposer::finding).toList();
    }

    private static ReportDocument.Finding finding(Finding finding) {
        return new ReportDocument.Finding(
                text(finding.getRule()),
                impact(finding.getImpact()),
                text(finding.getHelp()),
                text(finding.getHelpUrl()),
                text(finding.getDescription()),
                texts(finding.getSuccessCriteria()),
                texts(finding.getTags()),
                finding.getNodeCount(),
                finding.getNodes().stream().map(ReportComposer::node).toList());
    }

    private static ReportDocument.Node node(FindingNode node) {
        return new ReportDocument.Node(
                texts(node.getTarget()),
                text(node.getHtml()),
                text(node.getSummary()),
                impact(node.getImpact()),
                text(node.getFingerprint()),
                contrast(node.getContrast()),
                image(node.getScreenshot()));
    }

    /** JSON has no word for a number that is none, so colours with such a ratio are left out. */
    private static ReportDocument.@Nullable Contrast contrast(@Nullable Contrast contrast) {
        return contrast == null
                        || !Double.isFinite(contrast.getRatio())
                        || !Double.isFinite(contrast.getRequired())
                ? null
                : new ReportDocument.Contrast(
                        text(contrast.getForeground()),
                        text(contrast.getBackground()),
                        contrast.getRatio(),
                        contrast.getRequired(),
                        text(contrast.getFontSize()),
                        text(contrast.getFontWeight()));
    }

    private static ReportDocument.@Nullable Image image(@Nullable Image image) {
        return image == null
                ? null
                : new ReportDocument.Image(
                        text(image.getMediaType()),
                        image.getWidth(),
                        image.getHeight(),
                        // A duplicate, because reading would move the record's own buffer.
                        new String(
                                Base64.getEncoder().encode(image.getData().duplicate()).array(),
                                StandardCharsets.ISO_8859_1));
    }

    private static ReportDocument.EarlierFailure earlierFailure(AttemptFailure earlier) {
        var failure = earlier.getFailure();
        return new ReportDocument.EarlierFailure(
                earlier.getAttempt(),
                failure.getType().name().toLowerCase(Locale.ROOT),
                text(failure.getMessage()),
                failure.getHttpStatus(),
                text(earlier.getWorker()),
                earlier.getFailedAt());
    }

    private static String impact(Impact impact) {
        return impact.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> texts(List<String> texts) {
        return texts.stream().map(ReportComposer::text).toList();
    }

    private static String text(String text) {
        return StorableText.of(text);
    }
}
