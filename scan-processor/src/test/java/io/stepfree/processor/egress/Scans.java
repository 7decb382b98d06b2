package io.stepfree.processor.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.scan.PageScanner;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.processor.scan.ScanProperties;
import io.stepfree.processor.scan.TestPages;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A browser, pages it may visit and a victim that it may not. */
final class Scans implements AutoCloseable {

    static final String GOOD =
            "<!doctype html><html"
                    + " lang=en><title>Good</title><main><h1>Good</h1><p>Fine.</p></main></html>";

    final TestPages pages = new TestPages();
    final TestEgress egress = new TestEgress();
    final Victim victim;
    final SharedBrowser browser;
    final PageScanner scanner;

    Scans() throws IOException {
        this(BrowserPrograms.find("", ""));
    }

    Scans(BrowserPrograms programs) throws IOException {
        browser = new SharedBrowser(new ChromeLauncher(programs, true), 500);
        victim = Victim.onLoopback();
        // The victim's port is as good as 80, so that it is the address that makes the difference.
        scanner =
                scanner(
                        egress.allowing(
                                List.of("127.0.0.1:" + pages.port()),
                                TestEgress.LIMITS,
                                victim.port()));
        pages.html("/good", GOOD);
    }

    PageScanner scanner(EgressProxy proxy) {
        return new PageScanner(
                browser,
                proxy,
                SecretSealer.of(new SecretProperties(Map.of(), "")),
                JsonMapper.shared(),
                ScanProperties.defaults());
    }

    ScanOutcome scan(PageScanner with, String url) throws InterruptedException {
        return with.scan(
                ScanRequest.newBuilder()
                        .setScanId("scan")
                        .setRequestId("request")
                        .setUrl(url)
                        .setHost("127.0.0.1")
                        .setOptions(ScanOptions.newBuilder().setTimeoutMillis(30_000).build())
                        .setSubmittedAt(Instant.EPOCH)
                        .build(),
                Instant.now().plusSeconds(60));
    }

    PageResult completed(String url) throws InterruptedException {
        return switch (scan(scanner, url)) {
            case ScanOutcome.Completed(PageResult page) -> page;
            case ScanOutcome.Failed(Failure failure) -> throw new AssertionError(failure);
        };
    }

    Failure failure(String url) throws InterruptedException {
        return failure(scanner, url);
    }

    Failure failure(PageScanner with, String url) throws InterruptedException {
        return switch (scan(with, url)) {
            case ScanOutcome.Completed(PageResult page) -> throw new AssertionError(page);
            case ScanOutcome.Failed(Failure failure) -> failure;
        };
    }

    /** What every row ends with: nothing reached the victim, and the next scan is as ever. */
    void assertUnharmed() throws InterruptedException {
        PageResult page = completed(pages.address("/good"));
        assertThat(page.getViolations()).isEmpty();
        assertThat(page.getWarnings()).isEmpty();
        assertThat(victim.reached()).as("what reached the victim").isZero();
    }

    @Override
    public void close() throws IOException {
        browser.close();
        pages.close();
        egress.close();
        victim.close();
    }
}
