package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.schemas.scan.ColorScheme;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * With the whole Chromium, which stands in where there is no headless shell. It gives frames of
 * other sites a process of their own, which the headless shell does not.
 */
class FramesInOtherProcessesTest {

    private static final Path CHROMIUM = Path.of("/usr/lib/chromium/chromium");

    private static final String GOOD =
            "<!doctype html><html lang=en><title>Good</title><main><h1>Good</h1><p>Fine.</p></main></html>";

    /** Missing alternative text, name of a button, contrast. */
    private static final String BAD =
            """
            <!doctype html><html lang="en"><head><title>Bad</title></head><body><main><h1>Bad</h1>
            <img id="photo" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">
            <button id="nameless"></button>
            <p id="faint" style="color:#999;background:#fff">Hard to read</p>
            </main>%s</body></html>
            """;

    private static TestPages pages;
    private static final TestEgress egress = new TestEgress();
    private static SharedBrowser browser;
    private static PageScanner scanner;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "the whole Chromium is not installed");
        pages = new TestPages();
        browser =
                new SharedBrowser(
                        new ChromeLauncher(BrowserPrograms.find(CHROMIUM.toString(), ""), true),
                        500);
        scanner = scanner(List.of("127.0.0.1", "localhost"));
        pages.html("/inner", BAD.formatted(""));
        pages.html(
                "/hangs",
                GOOD + "<script>onload = () => setTimeout(() => { for(;;); }, 20)</script>");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            pages.close();
        }
        egress.close();
    }

    @Test
    void findingsInTheFrameNameTheFrameFirst() throws InterruptedException {
        var page = ((ScanOutcome.Completed) scan("/outer", BAD.formatted(frame("/inner")))).page();
        assertThat(page.getWarnings()).isEmpty();
        assertThat(page.getViolations())
                .hasSize(3)
                .allSatisfy(finding ->
                        assertThat(finding.getNodes())
                                .extracting(FindingNode::getTarget)
                                .satisfiesExactlyInAnyOrder(
                                        target -> assertThat(target).hasSize(1),
                                        target ->
                                                assertThat(target)
                                                        .hasSize(2)
                                                        .startsWith("#frame")));
    }

    /** Many, because those that come into a process that is already there begin at once. */
    @Test
    void framesBeginWithTheSettingsOfThePage() throws InterruptedException {
        pages.html(
                "/tells",
                GOOD
                        + """
                        <script>
                        const button = document.createElement('button');
                        button.className = [navigator.userAgent, navigator.language, matchMedia('(prefers-color-scheme: dark)').matches].join(' ');
                        document.querySelector('main').append(button);
                        </script>
                        """);
        String url =
                pages.html(
                        "/asks", GOOD.replace("</main>", frame("/tells").repeat(12) + "</main>"));
        ScanOptions options =
                ScanOptions.newBuilder()
                        .setTimeoutMillis(30_000)
                        .setUserAgent("Mine")
                        .setLanguage("de-CH")
                        .setColorScheme(ColorScheme.DARK)
                        .build();
        var page = ((ScanOutcome.Completed) scan(scanner, url, options)).page();
        assertThat(page.getViolations())
                .filteredOn(finding -> finding.getRule().equals("button-name"))
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.getNodes())
                                .hasSize(12)
                                .allSatisfy(node ->
                                        assertThat(node.getHtml())
                                                .contains("\"Mine de-CH true\"")));
    }

    @Test
    void aFrameThatHangsIsNamedAndTheRestIsScanned() throws InterruptedException {
        var page =
                ((ScanOutcome.Completed) scan("/around-hanging", BAD.formatted(frame("/hangs"))))
                        .page();
        assertThat(page.getWarnings())
                .singleElement()
                .asString()
                .contains("/hangs was not scanned");
        assertThat(page.getViolations()).hasSize(3);
    }

    @Test
    void aPageThatMovesOnDuringTheScanIsANavigationFailure() throws InterruptedException {
        // The frame that hangs keeps the engine busy until the page around it has left.
        var outcome =
                scan(
                        "/leaves",
                        BAD.formatted(
                                frame("/hangs")
                                        + "<script>onload = () => setTimeout(() => location = '/inner', 2000)</script>"));
        assertThat(((ScanOutcome.Failed) outcome).failure().getType())
                .isEqualTo(FailureType.NAVIGATION);
    }

    @Test
    void aFrameThatMovesOnToAPrivateAddressIsRefusedBeforeItIsAsked() throws InterruptedException {
        try (var secret = new TestPages()) {
            String inner = secret.html("/secret", GOOD);
            pages.html("/inwards", GOOD + "<script>location = '%s'</script>".formatted(inner));
            String url = pages.html("/around-inwards", BAD.formatted(frame("/inwards")));
            var strict = scanner(List.of("127.0.0.1:" + pages.port(), "localhost:" + pages.port()));
            var page = ((ScanOutcome.Completed) scan(strict, url)).page();
            assertThat(page.getWarnings())
                    .hasSize(2)
                    .anyMatch(warning ->
                            warning.contains("/inwards was not scanned: it did not load"))
                    .anyMatch(warning -> warning.contains("refused"));
            assertThat(page.getViolations()).hasSize(3);
            assertThat(secret.asked()).isEmpty();
        }
    }

    private static PageScanner scanner(List<String> allowed) {
        return new PageScanner(
                browser,
                egress.allowing(allowed),
                SecretSealer.of(new SecretProperties(java.util.Map.of(), "")),
                JsonMapper.shared(),
                ScanProperties.defaults());
    }

    private static String frame(String path) {
        return "<iframe id=frame title=x src='http://localhost:%d%s'></iframe>"
                .formatted(pages.port(), path);
    }

    private static ScanOutcome scan(String path, String html) throws InterruptedException {
        return scan(scanner, pages.html(path, html));
    }

    private static ScanOutcome scan(PageScanner with, String url) throws InterruptedException {
        return scan(with, url, ScanOptions.newBuilder().setTimeoutMillis(30_000).build());
    }

    private static ScanOutcome scan(PageScanner with, String url, ScanOptions options)
            throws InterruptedException {
        return with.scan(
                ScanRequest.newBuilder()
                        .setScanId("scan")
                        .setRequestId("request")
                        .setUrl(url)
                        .setHost("127.0.0.1")
                        .setOptions(options)
                        .setSubmittedAt(Instant.EPOCH)
                        .build(),
                Instant.now().plusSeconds(60));
    }
}
