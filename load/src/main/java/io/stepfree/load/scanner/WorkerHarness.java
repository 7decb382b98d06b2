package io.stepfree.load.scanner;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.EgressProperties;
import io.stepfree.processor.egress.EgressProxy;
import io.stepfree.processor.egress.NameResolver;
import io.stepfree.processor.scan.PageScanner;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.processor.scan.ScanProperties;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The worker's scanning as a program: what a job would have done, told in lines of JSON instead of
 * topics. The one place where the product's classes are wired for measurements, as its own
 * configuration wires them.
 *
 * <p>One line in is one round, {@code {"urls":[…],"nodesPerRule":50}}; out comes a line for each
 * page and then {@code {"done":true}}. {@code {"gauge":true}} asks for the heap in use after a
 * collection. The end of the input is the end of the program.
 */
final class WorkerHarness implements AutoCloseable {

    /** As the default of stepfree.browser.scans-per-browser. */
    private static final int SCANS_PER_BROWSER = 500;

    static final Duration SETTLE_TIME = ScanProperties.defaults().settleTime();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int COLLECTIONS = 3;

    private final SharedBrowser browser;
    private final EgressProxy egress;
    private final String standard;
    private final ExecutorService slots;
    private final int count;
    private final PrintStream output;

    private WorkerHarness(String standard, int count, PrintStream output) {
        this.browser =
                new SharedBrowser(
                        new ChromeLauncher(BrowserPrograms.find("", ""), true), SCANS_PER_BROWSER);
        // Every page that is measured is on loopback, on a port of its own.
        this.egress =
                new EgressProxy(
                        TargetPolicy.of(
                                new TargetProperties(
                                        List.of("127.0.0.0/8", "localhost"), List.of(80))),
                        EgressProperties.defaults(),
                        NameResolver.SYSTEM,
                        new SimpleMeterRegistry());
        this.standard = standard;
        this.slots = Executors.newFixedThreadPool(count);
        this.count = count;
        this.output = output;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream output = System.out;
        // Whatever logs must not come between the answers.
        System.setOut(System.err);
        try (var harness = new WorkerHarness(arguments[0], Integer.parseInt(arguments[1]), output);
                var input =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            harness.browser.prepare();
            harness.answer(input);
        }
    }

    @Override
    public void close() {
        slots.shutdownNow();
        browser.close();
        egress.close();
    }

    private PageScanner scanner(int nodesPerRule) {
        ScanProperties standardly = ScanProperties.defaults();
        return new PageScanner(
                browser,
                egress,
                SecretSealer.of(new SecretProperties(Map.of(), "")),
                JsonMapper.shared(),
                new ScanProperties(
                        nodesPerRule,
                        standardly.settleTime(),
                        standardly.maxElements(),
                        standardly.userAgent(),
                        standardly.robots()));
    }

    private void answer(BufferedReader input)
            throws IOException, InterruptedException, ExecutionException {
        print(Map.of("done", true));
        String line;
        while ((line = input.readLine()) != null) {
            JsonNode question = JsonMapper.shared().readTree(line);
            if (question.path("gauge").asBoolean(false)) {
                print(gauge());
            } else {
                round(question);
            }
            print(Map.of("done", true));
        }
    }

    private void round(JsonNode question) throws InterruptedException, ExecutionException {
        List<String> urls = question.path("urls").valueStream().map(JsonNode::asString).toList();
        PageScanner scanner = scanner(question.path("nodesPerRule").asInt());
        var left = new ArrayBlockingQueue<>(urls.size(), false, urls);
        var running = new ArrayList<Future<?>>();
        for (int i = 0; i < count; i++) {
            running.add(
                    slots.submit(() -> {
                        String url;
                        while ((url = left.poll()) != null) {
                            print(scan(scanner, url));
                        }
                        return true;
                    }));
        }
        for (Future<?> slot : running) {
            slot.get();
        }
    }

    private Map<String, Object> scan(PageScanner scanner, String url) throws InterruptedException {
        var line = new LinkedHashMap<String, Object>();
        line.put("url", url);
        switch (scanner.scan(request(url), Instant.now().plus(PATIENCE))) {
            case ScanOutcome.Failed failed ->
                    line.put(
                            "failure",
                            "%s: %s"
                                    .formatted(
                                            failed.failure().getType(),
                                            failed.failure().getMessage()));
            case ScanOutcome.Completed completed -> {
                PageResult page = completed.page();
                line.put("violations", told(page.getViolations()));
                line.put("needsReview", told(page.getNeedsReview()));
                line.put("engine", page.getEngine());
                line.put("warnings", String.join("; ", page.getWarnings()));
            }
        }
        return line;
    }

    private ScanRequest request(String url) {
        return ScanRequest.newBuilder()
                .setScanId(UUID.randomUUID().toString())
                .setRequestId("measurement")
                .setUrl(url)
                .setHost("127.0.0.1")
                .setStandard(standard)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(Instant.now())
                .build();
    }

    private static List<Map<String, Object>> told(List<Finding> findings) {
        return findings.stream()
                .map(finding ->
                        Map.<String, Object>of(
                                "rule",
                                finding.getRule(),
                                "count",
                                finding.getNodeCount(),
                                "targets",
                                finding.getNodes().stream()
                                        .map(node -> String.join(" ", node.getTarget()))
                                        .toList(),
                                "fingerprints",
                                finding.getNodes().stream()
                                        .map(FindingNode::getFingerprint)
                                        .toList()))
                .toList();
    }

    private static Map<String, Object> gauge() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            // What cleaners and weak references hold goes only after a collection.
            Thread.sleep(Duration.ofMillis(100));
        }
        return Map.of(
                "heapBytes",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                "threads",
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private void print(Map<String, Object> line) {
        synchronized (output) {
            output.println(JsonMapper.shared().writeValueAsString(line));
            output.flush();
        }
    }
}
