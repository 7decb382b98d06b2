package io.stepfree.reporting;

import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.Contrast;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Image;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Results as the scheduler sends them. */
public final class SampleResults {

    public static final Instant SUBMITTED = Instant.parse("2026-11-22T10:15:00.120Z");
    public static final Instant COMPLETED = Instant.parse("2026-11-22T10:15:09.480Z");

    private SampleResults() {}

    public static ScanRequest request(String scanId, String requestId) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId(requestId)
                .setClient("local")
                .setUrl("http://shop.example/offers")
                .setHost("shop.example")
                .setStandard("wcag22aa")
                .setPriority(Priority.HIGH)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(SUBMITTED)
                .build();
    }

    /** A page with something of everything. */
    public static ScanResult rich(String scanId, String requestId) {
        return ScanResult.newBuilder()
                .setRequest(request(scanId, requestId))
                .setAttempt(3)
                .setWorker("scan-processor-5f1c02ab")
                .setStartedAt(COMPLETED.minusSeconds(3))
                .setCompletedAt(COMPLETED)
                .setEarlierFailures(
                        List.of(
                                earlier(
                                        1,
                                        FailureType.HTTP_ERROR,
                                        "The page answered with status 503.",
                                        503),
                                earlier(
                                        2,
                                        FailureType.TIMEOUT,
                                        "The page did not finish loading within 60 seconds; 41 requests were still open.",
                                        null)))
                .setPage(richPage())
                .build();
    }

    /** A page on which nothing was found. */
    public static ScanResult clean(String scanId, String requestId) {
        return ScanResult.newBuilder(rich(scanId, requestId))
                .setAttempt(1)
                .setEarlierFailures(List.of())
                .setPage(
                        PageResult.newBuilder(richPage())
                                .setViolations(List.of())
                                .setNeedsReview(List.of())
                                .setWarnings(List.of())
                                .build())
                .build();
    }

    /** A page as workers tell of it that judge it: with score, colours, names and pictures. */
    public static ScanResult judged(
            Validity validity, @Nullable Integer score, String scanId, String requestId) {
        var page = richPage();
        return ScanResult.newBuilder(rich(scanId, requestId))
                .setPage(
                        PageResult.newBuilder(page)
                                .setViolations(
                                        page.getViolations().stream()
                                                .map(SampleResults::pictured)
                                                .toList())
                                .setValidity(validity)
                                .setScore(score)
                                .setElements(1_847)
                                .setCut(true)
                                .setScreenshot(picture("Winter offers", 640, 400))
                                .build())
                .build();
    }

    private static Finding pictured(Finding finding) {
        var nodes = new ArrayList<FindingNode>();
        for (var node : finding.getNodes()) {
            var builder =
                    FindingNode.newBuilder(node)
                            .setFingerprint(
                                    UUID.nameUUIDFromBytes(
                                                    (finding.getRule() + nodes.size())
                                                            .getBytes(StandardCharsets.UTF_8))
                                            .toString()
                                            .replace("-", ""))
                            .setScreenshot(picture(finding.getRule(), 240, 60));
            if (finding.getRule().equals("color-contrast")) {
                builder.setContrast(
                        Contrast.newBuilder()
                                .setForeground("#999999")
                                .setBackground("#ffffff")
                                .setRatio(2.849)
                                .setRequired(4.5)
                                .setFontSize("10.5pt (14px)")
                                .setFontWeight("normal")
                                .build());
            }
            nodes.add(builder.build());
        }
        return Finding.newBuilder(finding).setNodes(nodes).build();
    }

    private static Image picture(String text, int width, int height) {
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = picture.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.GRAY);
        graphics.drawString(text, width / 8, height / 2);
        graphics.dispose();
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Image.newBuilder()
                .setMediaType("image/png")
                .setWidth(width)
                .setHeight(height)
                .setData(ByteBuffer.wrap(bytes.toByteArray()))
                .build();
    }

    /** A page whose every text is the given one. */
    public static ScanResult saying(String text, String scanId, String requestId) {
        var finding =
                Finding.newBuilder()
                        .setRule(text)
                        .setImpact(Impact.SERIOUS)
                        .setHelp(text)
                        .setHelpUrl(text)
                        .setDescription(text)
                        .setSuccessCriteria(List.of(text))
                        .setTags(List.of(text))
                        .setNodeCount(5)
                        .setNodes(
                                IntStream.range(0, 5)
                                        .mapToObj(_ -> named(node(text, text, text), text))
                                        .toList())
                        .build();
        var request =
                ScanRequest.newBuilder(request(scanId, requestId))
                        .setClient(text)
                        .setUrl(text)
                        .setStandard(text);
        return ScanResult.newBuilder(rich(scanId, requestId))
                .setRequest(request.build())
                .setWorker(text)
                .setEarlierFailures(List.of(earlier(1, FailureType.UNKNOWN, text, 500)))
                .setPage(
                        PageResult.newBuilder(richPage())
                                .setFinalUrl(text)
                                .setTitle(text)
                                .setLanguage(text)
                                .setEngine(text)
                                .setBrowser(text)
                                .setViolations(List.of(finding))
                                .setNeedsReview(List.of(finding))
                                .setWarnings(List.of(text))
                                .setTimings(Map.of(text, 1L))
                                .setScreenshot(named(text))
                                .build())
                .build();
    }

    public static AttemptFailure earlier(
            int attempt, FailureType type, String message, @Nullable Integer httpStatus) {
        var failed = SUBMITTED.plusSeconds(2L * attempt);
        return AttemptFailure.newBuilder()
                .setAttempt(attempt)
                .setWorker("scan-processor-77aa01cd")
                .setStartedAt(failed.minusSeconds(1))
                .setFailedAt(failed)
                .setFailure(
                        Failure.newBuilder()
                                .setType(type)
                                .setMessage(message)
                                .setHttpStatus(httpStatus)
                                .build())
                .build();
    }

    private static PageResult richPage() {
        return PageResult.newBuilder()
                .setFinalUrl("https://shop.example/offers/winter?sort=price&page=1")
                .setTitle("Winter offers – Nordlicht Outdoor")
                .setHttpStatus(200)
                .setLanguage("en-GB")
                .setEngine("axe-core 4.11.1")
                .setBrowser("Chrome 156.0.7204.49")
                .setViolations(
                        List.of(
                                region(),
                                contrast(),
                                imageAlternative(),
                                headingOrder(),
                                label(),
                                targetSize()))
                .setNeedsReview(List.of(videoCaption(), backgroundContrast()))
                .setPasses(34)
                .setInapplicable(41)
                .setWarnings(
                        List.of(
                                "1 of 3 frames was not scanned: https://ads.example/banner did not answer.",
                                "The page was still loading images when the scan began."))
                .setTimings(Map.of("load", 1840L, "engine", 612L))
                .build();
    }

    private static Finding imageAlternative() {
        return finding(
                "image-alt",
                Impact.CRITICAL,
                "Images must have alternative text",
                "Ensures <img> elements have alternative text or a role of none or presentation",
                List.of("1.1.1"),
                List.of(
                        node(
                                "#hero > img",
                                "<img src=\"/media/hero-tent-at-dawn.webp\" width=\"1280\" height=\"480\">",
                                """
                                Fix any of the following:
                                  Element does not have an alt attribute
                                  aria-label attribute does not exist or is empty
                                  aria-labelledby attribute does not exist, references elements that do not exist or references elements that are empty
                                  Element has no title attribute
                                  Element's default semantics were not overridden with role="none" or role="presentation\"\
                                """),
                        FindingNode.newBuilder(
                                        node(
                                                ".badge[src$=\"sale.svg\"]",
                                                "<img class=\"badge\" src=\"/i/sale.svg\">",
                                                "Fix any of the following:\n  Element does not have an alt attribute"))
                                .setTarget(
                                        List.of(
                                                "iframe[title=\"Partner offers\"]",
                                                "main > .badge[src$=\"sale.svg\"]"))
                                .build()));
    }

    private static Finding contrast() {
        return finding(
                "color-contrast",
                Impact.SERIOUS,
                "Elements must meet minimum color contrast ratio thresholds",
                "Ensures the contrast between foreground and background colors meets WCAG 2 AA minimum contrast ratio thresholds",
                List.of("1.4.3"),
                IntStream.rangeClosed(1, 11)
                        .mapToObj(card ->
                                node(
                                        ".card:nth-child(%d) > .price > .was".formatted(card),
                                        "<span class=\"was\">£%d.00</span>".formatted(40 + card),
                                        "Fix any of the following:\n  Element has insufficient color contrast of 2.85 (foreground color: #999999, background color: #ffffff, font size: 10.5pt (14px), font weight: normal). Expected contrast ratio of 4.5:1"))
                        .toList(),
                48);
    }

    private static Finding label() {
        return finding(
                "label",
                Impact.CRITICAL,
                "Form elements must have labels",
                "Ensures every form element has a label",
                List.of("4.1.2", "1.3.1"),
                List.of(
                        node(
                                "#newsletter > input[name=\"email\"]",
                                "<input type=\"email\" name=\"email\" placeholder=\"Your e-mail\">",
                                "Fix any of the following:\n  Element does not have an implicit (wrapped) <label>\n  Element does not have an explicit <label>\n  aria-label attribute does not exist or is empty")));
    }

    private static Finding headingOrder() {
        return finding(
                "heading-order",
                Impact.MODERATE,
                "Heading levels should only increase by one",
                "Ensures the order of headings is semantically correct",
                List.of(),
                List.of(
                        node(
                                ".teaser > h4",
                                "<h4>Free delivery from £50</h4>",
                                "Fix any of the following:\n  Heading order invalid")));
    }

    private static Finding targetSize() {
        return finding(
                "target-size",
                Impact.SERIOUS,
                "All touch targets must be 24px large, or leave sufficient space",
                "Ensures touch targets have sufficient size and space",
                List.of("2.5.8"),
                IntStream.rangeClosed(1, 4)
                        .mapToObj(page ->
                                node(
                                        ".pager > a:nth-child(%d)".formatted(page),
                                        "<a href=\"?page=%1$d\">%1$d</a>".formatted(page),
                                        "Fix any of the following:\n  Target has insufficient size (12px by 18px, should be at least 24px by 24px)\n  Target has insufficient space to its closest neighbors. Safe clickable space has a diameter of 14px instead of at least 24px."))
                        .toList());
    }

    private static Finding region() {
        return finding(
                "region",
                Impact.MINOR,
                "All page content should be contained by landmarks",
                "Ensures all page content is contained by landmarks",
                List.of(),
                List.of(
                        node(
                                ".cookie-hint",
                                "<div class=\"cookie-hint\">We use cookies to remember your basket and to count visits. <a href=\"/privacy\">Read more</a></div>",
                                "Fix any of the following:\n  Some page content is not contained by landmarks")));
    }

    private static Finding videoCaption() {
        return finding(
                "video-caption",
                Impact.CRITICAL,
                "<video> elements must have captions",
                "Ensures <video> elements have captions",
                List.of("1.2.2"),
                List.of(
                        node(
                                "video",
                                "<video src=\"/media/stove.mp4\" controls></video>",
                                "Fix any of the following:\n  Check that captions is available for the element")));
    }

    private static Finding backgroundContrast() {
        return finding(
                "color-contrast",
                Impact.SERIOUS,
                "Elements must meet minimum color contrast ratio thresholds",
                "Ensures the contrast between foreground and background colors meets WCAG 2 AA minimum contrast ratio thresholds",
                List.of("1.4.3"),
                List.of(
                        node(
                                "#hero > h1",
                                "<h1>Winter is a place</h1>",
                                "Fix any of the following:\n  Element's background color could not be determined due to a background image")));
    }

    private static Finding finding(
            String rule,
            Impact impact,
            String help,
            String description,
            List<String> criteria,
            List<FindingNode> nodes) {
        return finding(rule, impact, help, description, criteria, nodes, nodes.size());
    }

    private static Finding finding(
            String rule,
            Impact impact,
            String help,
            String description,
            List<String> criteria,
            List<FindingNode> nodes,
            int nodeCount) {
        var tags = new ArrayList<String>();
        tags.add(criteria.isEmpty() ? "best-practice" : "wcag2aa");
        criteria.forEach(criterion -> tags.add("wcag" + criterion.replace(".", "")));
        return Finding.newBuilder()
                .setRule(rule)
                .setImpact(impact)
                .setHelp(help)
                .setHelpUrl(
                        "https://dequeuniversity.com/rules/axe/4.11/%s?application=axeAPI"
                                .formatted(rule))
                .setDescription(description)
                .setSuccessCriteria(criteria)
                .setTags(tags)
                .setNodeCount(nodeCount)
                .setNodes(
                        nodes.stream()
                                .map(node -> FindingNode.newBuilder(node).setImpact(impact).build())
                                .toList())
                .build();
    }

    private static FindingNode named(FindingNode node, String text) {
        return FindingNode.newBuilder(node)
                .setFingerprint(text)
                .setContrast(
                        Contrast.newBuilder()
                                .setForeground(text)
                                .setBackground(text)
                                .setRatio(1.5)
                                .setRequired(4.5)
                                .setFontSize(text)
                                .setFontWeight(text)
                                .build())
                .setScreenshot(named(text))
                .build();
    }

    private static Image named(String mediaType) {
        return Image.newBuilder(picture("", 8, 8)).setMediaType(mediaType).build();
    }

    private static FindingNode node(String selector, String html, String summary) {
        return FindingNode.newBuilder()
                .setTarget(List.of(selector))
                .setHtml(html)
                .setSummary(summary)
                .setImpact(Impact.MINOR)
                .build();
    }
}
