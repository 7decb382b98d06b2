package io.stepfree.processor.scan;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A real browser behind its real way out, and pages on loopback for it to scan. */
final class RunningScanner implements AutoCloseable {

    static final String GOOD =
            "<!doctype html><html lang=en><title>Good</title><main><h1>Good</h1><p>Fine.</p></main></html>";

    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    final TestPages pages = new TestPages();
    final SecretSealer sealer = SecretSealer.of(new SecretProperties(Map.of("test", KEY), ""));
    private final TestEgress egress = new TestEgress();
    private final SharedBrowser browser =
            new SharedBrowser(new ChromeLauncher(BrowserPrograms.find("", ""), true), 500);
    private PageScanner scanner;

    RunningScanner() {
        this(ScanProperties.defaults());
    }

    RunningScanner(ScanProperties properties) {
        egress.name("www.shop.test", "127.0.0.1");
        scanner = scanner(properties);
    }

    /** Scans in another way from now on, in the same browser. */
    void use(ScanProperties properties) {
        scanner = scanner(properties);
    }

    private PageScanner scanner(ScanProperties properties) {
        return new PageScanner(
                browser,
                egress.allowing(List.of("127.0.0.1", "localhost", "www.shop.test")),
                sealer,
                JsonMapper.shared(),
                properties);
    }

    ScanRequest.Builder request(String url) {
        return ScanRequest.newBuilder()
                .setScanId("scan")
                .setRequestId("request")
                .setUrl(url)
                .setHost("127.0.0.1")
                .setOptions(options().build())
                .setSubmittedAt(Instant.EPOCH);
    }

    static ScanOptions.Builder options() {
        return ScanOptions.newBuilder().setTimeoutMillis(30_000);
    }

    ScanOptions.Builder with(ScanSecrets secrets) {
        return options().setSecrets(sealer.seal(secrets, "scan"));
    }

    ScanOutcome scan(ScanRequest request) throws InterruptedException {
        return scanner.scan(request, Instant.now().plusSeconds(150));
    }

    PageResult completed(String url) throws InterruptedException {
        return completed(url, options().build());
    }

    PageResult completed(String url, ScanOptions options) throws InterruptedException {
        return switch (scan(request(url).setOptions(options).build())) {
            case ScanOutcome.Completed(PageResult page) -> page;
            case ScanOutcome.Failed(Failure failure) -> throw new AssertionError(failure);
        };
    }

    Failure failure(String url) throws InterruptedException {
        return failure(url, options().build());
    }

    Failure failure(String url, ScanOptions options) throws InterruptedException {
        return switch (scan(request(url).setOptions(options).build())) {
            case ScanOutcome.Completed(PageResult page) -> throw new AssertionError(page);
            case ScanOutcome.Failed(Failure failure) -> failure;
        };
    }

    static List<String> rules(PageResult page) {
        return page.getViolations().stream().map(Finding::getRule).toList();
    }

    @Override
    public void close() {
        browser.close();
        egress.close();
        pages.close();
    }
}
