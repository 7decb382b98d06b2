package io.stepfree.processor.scan;

import io.stepfree.schemas.scan.Contrast;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Turns the engine's words into records, and keeps them small enough for a topic. */
final class PageResults {

    /**
     * In bytes, as Avro writes it; leaves room below the broker's usual 1 MB for the rest of the
     * record.
     */
    private static final int LARGEST = 850_000;

    private static final int MOST_WARNINGS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(PageResults.class);

    private PageResults() {}

    static List<Finding> findings(JsonNode rules, Fingerprint fingerprint) {
        var findings = new ArrayList<Finding>();
        for (JsonNode rule : rules) {
            List<String> tags = strings(rule.path("tags"), 100);
            findings.add(
                    Finding.newBuilder()
                            .setRule(text(rule, "rule", 200))
                            .setImpact(impact(rule))
                            .setHelp(text(rule, "help", 1_000))
                            .setHelpUrl(text(rule, "helpUrl", 1_000))
                            .setDescription(text(rule, "description", 1_000))
                            .setSuccessCriteria(Standard.successCriteria(tags))
                            .setTags(tags)
                            .setNodeCount(rule.path("nodeCount").asInt())
                            .setNodes(nodes(rule, fingerprint))
                            .build());
        }
        return findings;
    }

    /**
     * The page as it is, or with less of it when it would be too large for a record: first without
     * the elements' pictures, then without its own, then with fewer elements for each rule. All
     * elements stay counted, and what was left out is told.
     */
    static PageResult fitted(PageResult page) {
        PageResult fitting = withWarnings(page, page.getWarnings());
        if (size(fitting) > LARGEST && hasElementPictures(fitting)) {
            fitting = withoutElementPictures(fitting);
            fitting = withWarning(fitting, "The pictures of elements were too large to keep");
        }
        if (size(fitting) > LARGEST && fitting.getScreenshot() != null) {
            fitting = PageResult.newBuilder(fitting).setScreenshot(null).build();
            fitting = withWarning(fitting, "The picture of the page was too large to keep");
        }
        int nodes = mostNodes(page);
        boolean cut = page.getCut();
        while (size(fitting) > LARGEST && nodes > 0) {
            nodes /= 2;
            cut = true;
            fitting =
                    PageResult.newBuilder(fitting)
                            .setViolations(shortened(fitting.getViolations(), nodes))
                            .setNeedsReview(shortened(fitting.getNeedsReview(), nodes))
                            .build();
        }
        if (nodes == mostNodes(page)) {
            return PageResult.newBuilder(fitting).setCut(cut || hasUntoldNodes(fitting)).build();
        }
        return withWarning(
                PageResult.newBuilder(fitting).setCut(true).build(),
                "So much was found that only %d elements per rule are shown; the counts are complete"
                        .formatted(nodes));
    }

    static String text(JsonNode node, String field, int limit) {
        return Text.cut(node.path(field).asString(""), limit);
    }

    private static PageResult withWarnings(PageResult page, List<String> warnings) {
        return PageResult.newBuilder(page)
                .setWarnings(
                        warnings.stream()
                                .limit(MOST_WARNINGS)
                                .map(warning -> Text.cut(warning, 500))
                                .toList())
                .build();
    }

    private static List<FindingNode> nodes(JsonNode rule, Fingerprint fingerprint) {
        var nodes = new ArrayList<FindingNode>();
        for (JsonNode node : rule.path("nodes")) {
            String html = text(node, "html", 2_000);
            nodes.add(
                    FindingNode.newBuilder()
                            .setTarget(strings(node.path("target"), 2_000))
                            .setHtml(html)
                            .setSummary(text(node, "summary", 2_000))
                            .setImpact(impact(node))
                            .setFingerprint(
                                    fingerprint.of(
                                            text(rule, "rule", 200),
                                            strings(node.path("ancestry"), 20_000),
                                            html))
                            .setContrast(contrast(node.path("contrast")))
                            .build());
        }
        return nodes;
    }

    private static @Nullable Contrast contrast(JsonNode colours) {
        return colours.isObject()
                ? Contrast.newBuilder()
                        .setForeground(text(colours, "foreground", 20))
                        .setBackground(text(colours, "background", 20))
                        .setRatio(colours.path("ratio").asDouble())
                        .setRequired(colours.path("required").asDouble())
                        .setFontSize(text(colours, "fontSize", 40))
                        .setFontWeight(text(colours, "fontWeight", 40))
                        .build()
                : null;
    }

    private static boolean hasUntoldNodes(PageResult page) {
        return java.util.stream.Stream.concat(
                        page.getViolations().stream(), page.getNeedsReview().stream())
                .anyMatch(finding -> finding.getNodes().size() < finding.getNodeCount());
    }

    private static boolean hasElementPictures(PageResult page) {
        return page.getViolations().stream()
                .flatMap(finding -> finding.getNodes().stream())
                .anyMatch(node -> node.getScreenshot() != null);
    }

    private static PageResult withoutElementPictures(PageResult page) {
        return PageResult.newBuilder(page)
                .setViolations(
                        page.getViolations().stream()
                                .map(finding ->
                                        Finding.newBuilder(finding)
                                                .setNodes(
                                                        finding.getNodes().stream()
                                                                .map(node ->
                                                                        FindingNode.newBuilder(node)
                                                                                .setScreenshot(null)
                                                                                .build())
                                                                .toList())
                                                .build())
                                .toList())
                .build();
    }

    private static PageResult withWarning(PageResult page, String warning) {
        var warnings = new ArrayList<>(page.getWarnings());
        // Readers take the first warning of a suspect page for the reason.
        warnings.add(page.getValidity() == Validity.SUSPECT ? 1 : 0, warning);
        return withWarnings(page, warnings);
    }

    private static List<String> strings(JsonNode array, int limit) {
        return array.valueStream().map(item -> Text.cut(item.asString(""), limit)).toList();
    }

    private static Impact impact(JsonNode node) {
        String name = node.path("impact").asString("").toUpperCase(Locale.ROOT);
        try {
            return name.isEmpty() ? Impact.UNKNOWN : Impact.valueOf(name);
        } catch (IllegalArgumentException _) {
            LOG.warn("The engine knows an impact that we do not: {}", name);
            return Impact.UNKNOWN;
        }
    }

    private static int mostNodes(PageResult page) {
        return java.util.stream.Stream.concat(
                        page.getViolations().stream(), page.getNeedsReview().stream())
                .mapToInt(finding -> finding.getNodes().size())
                .max()
                .orElse(0);
    }

    private static List<Finding> shortened(List<Finding> findings, int nodes) {
        return findings.stream()
                .map(finding ->
                        Finding.newBuilder(finding)
                                .setNodes(finding.getNodes().stream().limit(nodes).toList())
                                .build())
                .toList();
    }

    private static int size(PageResult page) {
        try {
            return page.toByteBuffer().remaining();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PageResult warned(PageResult page, String warning) {
        var warnings = new ArrayList<String>(page.getWarnings());
        warnings.add(Text.cut(warning, 1_500));
        return PageResult.newBuilder(page).setWarnings(warnings).build();
    }
}
