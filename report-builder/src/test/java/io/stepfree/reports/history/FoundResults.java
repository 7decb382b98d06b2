package io.stepfree.reports.history;

import io.stepfree.reporting.SampleResults;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Results of a page on which one rule fails at elements with these fingerprints. */
public final class FoundResults {

    public static final String RULE = "image-alt";

    private FoundResults() {}

    /** A page that was seen whole. */
    public static ScanResult of(String scanId, Instant completed, List<String> fingerprints) {
        var rich = SampleResults.rich(scanId, "req-1");
        return ScanResult.newBuilder(rich)
                .setStartedAt(completed.minusSeconds(3))
                .setCompletedAt(completed)
                .setPage(
                        PageResult.newBuilder(rich.getPage())
                                .setValidity(Validity.VALID)
                                .setScore(80)
                                .setWarnings(List.of())
                                .setViolations(
                                        fingerprints.isEmpty()
                                                ? List.of()
                                                : List.of(finding(fingerprints)))
                                .setNeedsReview(List.of())
                                .build())
                .build();
    }

    /** The same page, but with its result changed. */
    public static ScanResult with(ScanResult result, Consumer<PageResult.Builder> change) {
        var page = PageResult.newBuilder(result.getPage());
        change.accept(page);
        return ScanResult.newBuilder(result).setPage(page.build()).build();
    }

    private static Finding finding(List<String> fingerprints) {
        return Finding.newBuilder()
                .setRule(RULE)
                .setImpact(Impact.CRITICAL)
                .setHelp("Images must have alternative text")
                .setHelpUrl("https://rules.example/image-alt")
                .setDescription("Ensures <img> elements have alternative text")
                .setSuccessCriteria(List.of("1.1.1"))
                .setTags(List.of("wcag2a", "wcag111"))
                .setNodeCount(fingerprints.size())
                .setNodes(
                        fingerprints.stream()
                                .map(fingerprint ->
                                        FindingNode.newBuilder()
                                                .setTarget(List.of("#" + fingerprint))
                                                .setHtml("<img id=\"" + fingerprint + "\">")
                                                .setSummary("Add an alt attribute")
                                                .setImpact(Impact.CRITICAL)
                                                .setFingerprint(fingerprint)
                                                .build())
                                .toList())
                .build();
    }
}
