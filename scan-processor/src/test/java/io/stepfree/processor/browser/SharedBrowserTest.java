package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.process.ProcessTree;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.processor.scan.PageScanner;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.processor.scan.ScanProperties;
import io.stepfree.processor.scan.TestPages;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a scan and its browser do to each other; each test ends with a clean scan and no leftovers.
 */
class SharedBrowserTest {

    private static final long GIGABYTE = 1L << 30;

    private static final String GOOD =
            "<!doctype html><html lang=en><title>Good</title><main><h1>Good</h1><p>Fine.</p></main></html>";

    /** Never ends. */
    private static final String BUSY = GOOD + "<script>for(;;);</script>";

    private static final String BOMB =
            GOOD
                    + "<script>const all = []; for(;;) all.push(new Uint8Array(5_000_000).fill(7));</script>";

    /** Compiles (func (loop br 0)) and runs it. */
    private static final String MINER =
            """
            const source = `
                const code = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4,
                    109, 105, 110, 101, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11]);
                new WebAssembly.Instance(new WebAssembly.Module(code)).exports.mine();`;
            """;

    private SimpleMeterRegistry meters;
    private final List<ProcessTree> trees = new ArrayList<>();
    private final List<BrowserGroup> groups = new ArrayList<>();
    private TestPages pages;
    private TestEgress egress;
    private SharedBrowser browser;
    private PageScanner scanner;

    @BeforeEach
    void start() {
        pages = new TestPages();
        egress = new TestEgress();
        pages.html("/good", GOOD);
        pages.html("/busy", BUSY);
        pages.html("/bomb", BOMB);
        use(BrowserLimits.ofScans(500));
    }

    @AfterEach
    void theNextScanIsCleanAndNothingIsLeft() throws Exception {
        assertThat(scan("/good", 60_000)).isInstanceOf(ScanOutcome.Completed.class);
        stop();
        egress.close();
        pages.close();
    }

    @Test
    void oneThatIsClosedWhileItsBrowserStartsLeavesNothing() throws Exception {
        use(BrowserLimits.ofScans(500));
        var start = CompletableFuture.supplyAsync(() -> catchThrowable(browser::prepare));
        await().until(() -> !folders().isEmpty());

        browser.close();

        assertThat(folders()).isEmpty();
        assertThat(start.get(10, TimeUnit.SECONDS)).hasMessageContaining("stopping");
        use(BrowserLimits.ofScans(500));
    }

    @Test
    void aTabThatDiesCostsItsScanOnly() throws Exception {
        ended("/busy", FailureType.BROWSER_CRASH, () -> signal("KILL", renderers()));
        assertThat(browser.starts()).isEqualTo(1);
    }

    @Test
    void aBrowserThatDiesCostsItsScansOneAttemptAndIsReplacedAtOnce() throws Exception {
        ended("/busy", FailureType.BROWSER_CRASH, () -> signal("KILL", List.of(pid())));
        await().until(() -> browser.starts() == 2 && ends(EndCause.CRASH) == 1);
    }

    @Test
    void aDriverThatDiesCostsNoScan() throws Exception {
        var scan = begin("/good", 60_000);
        pages.answer(
                "/slow",
                exchange -> {
                    signal("KILL", List.of(driver()));
                    byte[] page = GOOD.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                });
        assertThat(scan("/slow", 60_000)).isInstanceOf(ScanOutcome.Completed.class);
        assertThat(scan.get(patience(60_000), TimeUnit.MILLISECONDS))
                .isInstanceOf(ScanOutcome.Completed.class);
        await().until(() -> browser.starts() == 2 && ends(EndCause.CRASH) == 1);
    }

    @Test
    void aBrowserThatStandsStillIsKilledAtTheDeadline() throws Exception {
        browser.prepare();
        ended("/busy", 5_000, FailureType.TIMEOUT, () -> signal("STOP", everything()));
        await().until(() -> ends(EndCause.HANG) == 1);
        assertThat(ladder(LadderStep.DISPOSE)).isEqualTo(1);
        assertThat(ladder(LadderStep.KILL)).isEqualTo(1);
    }

    @Test
    void aTabThatStandsStillEndsAtTheDeadline() throws Exception {
        browser.prepare();
        ended("/busy", 5_000, FailureType.TIMEOUT, () -> signal("STOP", renderers()));
        assertThat(browser.starts()).isEqualTo(1);
        await().until(() -> renderers().size() <= 1);
    }

    @Test
    void aBrowserThatFailsItsHealthCheckIsReplacedBeforeAScanNeedsIt() throws Exception {
        use(limits(800L << 20, GIGABYTE, GIGABYTE, Duration.ofMillis(500)));
        browser.prepare();
        long unwell = pid();
        signal("STOP", List.of(unwell));
        await().until(() -> browser.starts() == 2);
        await().until(() -> ends(EndCause.HEALTH) == 1);
        assertThat(ProcessTree.lives(unwell)).isFalse();
    }

    @Test
    void aMemoryBombEndsAsAResourceLimitAndItsNeighbourIsServed() throws Exception {
        var bomb = begin("/bomb", 60_000);
        await().until(() -> pages.asked().contains("/bomb"));
        assertThat(scan("/good", 60_000)).isInstanceOf(ScanOutcome.Completed.class);
        assertThat(type(bomb.get(patience(60_000), TimeUnit.MILLISECONDS)))
                .isEqualTo(FailureType.RESOURCE_LIMIT);
        assertThat(browser.starts()).isEqualTo(1);
    }

    @Test
    @DisplayName("H21: a miner ends at the deadline, and gets no more than the browser may take")
    void aMinerIsHeldToTheBrowsersShare() throws Exception {
        double cores = 0.5;
        use(new BrowserLimits(500, 800L << 20, cores, Duration.ofSeconds(30)));
        pages.html("/mines", GOOD + "<script>" + MINER + "new Function(source)();</script>");
        Chrome chrome = chrome();
        var miner = begin("/mines", 4_000);
        await().until(() -> pages.asked().contains("/mines"));
        Duration before = used(chrome);
        long start = System.nanoTime();
        await().until(() -> miner.isDone() || used(chrome).minus(before).toMillis() > 1_000);
        Duration used = used(chrome).minus(before);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(type(miner.get(patience(4_000), TimeUnit.MILLISECONDS)))
                .isEqualTo(FailureType.TIMEOUT);
        assertThat(browser.starts()).isEqualTo(1);
        assumeThat(chrome.group().flatMap(BrowserGroup::processor))
                .as("a machine whose kernel bounds the processor for us")
                .isPresent();
        assertThat(used.toMillis()).isLessThan(Math.round(cores * took.toMillis() * 1.15) + 100);
    }

    @Test
    @DisplayName("H21: a thousand workers end at the deadline, and their neighbour is served")
    void theNeighbourOfAThousandWorkersIsServed() throws Exception {
        // One that spins at once would keep the others from being started.
        pages.html(
                "/mines",
                GOOD
                        + """
                        <script>
                        const url = URL.createObjectURL(new Blob(['onmessage = () => { for (;;); }; postMessage(0);']));
                        const waiting = [];
                        let spinning = false;
                        for (let i = 0; i < 1000; i++) {
                            const worker = new Worker(url);
                            worker.onmessage = () => {
                                waiting.push(worker);
                                spinning ||= waiting.length === 40;
                                if (spinning) waiting.splice(0).forEach((one) => one.postMessage(0));
                            };
                        }
                        </script>\
                        """);
        Chrome chrome = chrome();
        var miner = begin("/mines", 8_000);
        await().until(() ->
                miner.isDone() || renderers().stream().anyMatch(pid -> threads(pid) > 50));
        ScanOutcome neighbour = scan("/good", 60_000);
        assertThat(type(miner.get(patience(8_000), TimeUnit.MILLISECONDS)))
                .isIn(FailureType.TIMEOUT, FailureType.RESOURCE_LIMIT);
        assumeThat(chrome.group().flatMap(BrowserGroup::processor))
                .as("a machine whose kernel keeps pages apart for us")
                .isPresent();
        assertThat(neighbour).isInstanceOf(ScanOutcome.Completed.class);
    }

    @Test
    void aBrowserThatTakesTooMuchServesItsScansAndIsReplaced() throws Exception {
        use(limits(1, 4 * GIGABYTE, 4 * GIGABYTE, Duration.ofSeconds(30)));
        SharedBrowser.Lease lease = browser.lease();
        await().until(() -> browser.starts() >= 2);
        assertThat(lease.chrome().isAlive()).isTrue();
        assertThat(browser.memory()).isGreaterThan(30 << 20);
        lease.close();
        assertThat(lease.chrome().isAlive()).isFalse();
        assertThat(ends(EndCause.MEMORY)).isEqualTo(1);
        assertThat(browser.starts()).as("one without a scan is left alone").isEqualTo(2);
        use(BrowserLimits.ofScans(500));
    }

    @Test
    void aBrowserThatThreatensTheMachineIsKilledWithItsScan() throws Exception {
        use(limits(300L << 20, 4 * GIGABYTE, 600L << 20, Duration.ofSeconds(30)));
        ended("/bomb", 60_000, FailureType.RESOURCE_LIMIT, () -> {});
        await().until(() -> ends(EndCause.MEMORY) == 1);
    }

    @Test
    void aScanThatNeverLetsGoLosesItsBrowser() throws Exception {
        use(
                new BrowserLimits(
                        500,
                        GIGABYTE,
                        GIGABYTE,
                        GIGABYTE,
                        1,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1)));
        try (SharedBrowser.Lease lease = browser.lease()) {
            await().until(() -> !lease.chrome().isAlive());
        }
        await().until(() -> ends(EndCause.HANG) == 1);
        use(BrowserLimits.ofScans(500));
    }

    @Test
    void twentyScansWithCrashesLeaveNothing() throws Exception {
        assertThat(scan("/good", 60_000)).isInstanceOf(ScanOutcome.Completed.class);
        long before = openFiles();
        for (int i = 0; i < 20; i++) {
            if (i % 7 == 6) {
                ended("/busy", FailureType.BROWSER_CRASH, () -> signal("KILL", List.of(pid())));
            } else if (i % 5 == 4) {
                ended("/busy", FailureType.BROWSER_CRASH, () -> signal("KILL", renderers()));
            } else {
                assertThat(scan("/good", 60_000)).isInstanceOf(ScanOutcome.Completed.class);
            }
        }
        assertThat(browser.starts()).isEqualTo(3);
        assertThat(browser.leases()).isZero();
        assertThat(folders()).hasSize(1);
        await().untilAsserted(() -> assertThat(openFiles()).isLessThan(before + 10));
    }

    @Test
    void theSignalTellsOfMemoryStartsAndEnds() throws Exception {
        assertThat(scan("/good", 60_000)).isInstanceOf(ScanOutcome.Completed.class);
        assertThat(browser.gauges())
                .containsEntry("stepfree.browser.starts", 1.0)
                .containsEntry("stepfree.browser.ends.crash", 0.0);
        assertThat(browser.gauges().get("stepfree.browser.memory")).isGreaterThan(30e6);
        assertThat(meters.get("stepfree.browser.memory").gauge().value()).isGreaterThan(30e6);
        assertThat(meters.get("stepfree.browser.scans").gauge().value()).isEqualTo(1);
        assertThat(meters.get("stepfree.browser.leases").gauge().value()).isZero();
        assertThat(ladder(LadderStep.LAUNCH)).isEqualTo(1);
        assertThat(browser.isServing()).isTrue();
        browser.close();
        assertThat(browser.isServing()).isFalse();
        use(BrowserLimits.ofScans(500));
    }

    private static BrowserLimits limits(
            long memory, long pageMemory, long lethalMemory, Duration healthInterval) {
        return new BrowserLimits(
                500,
                memory,
                pageMemory,
                lethalMemory,
                BrowserLimits.standardCores(),
                healthInterval,
                Duration.ofSeconds(2),
                Duration.ofMinutes(2));
    }

    /** Instead of the one there is. */
    private void use(BrowserLimits limits) {
        if (browser != null) {
            browser.close();
        }
        meters = new SimpleMeterRegistry();
        browser =
                new SharedBrowser(
                        new ChromeLauncher(BrowserPrograms.find("", ""), true),
                        limits,
                        new BrowserMeters(meters));
        scanner =
                new PageScanner(
                        browser,
                        egress.allowing(List.of("127.0.0.1")),
                        SecretSealer.of(new SecretProperties(Map.of(), "")),
                        JsonMapper.shared(),
                        ScanProperties.defaults());
    }

    private void stop() throws IOException {
        browser.close();
        assertThat(trees).allSatisfy(tree -> assertThat(tree.members()).isEmpty());
        assertThat(groups).allSatisfy(group -> assertThat(group.paths()).noneMatch(Files::exists));
        assertThat(folders()).isEmpty();
    }

    private CompletableFuture<ScanOutcome> begin(String path, int millis) {
        var outcome = new CompletableFuture<ScanOutcome>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        outcome.complete(scan(path, millis));
                    } catch (InterruptedException e) {
                        outcome.completeExceptionally(e);
                    }
                });
        return outcome;
    }

    private ScanOutcome scan(String path, int millis) throws InterruptedException {
        return scanner.scan(
                ScanRequest.newBuilder()
                        .setScanId("scan")
                        .setRequestId("request")
                        .setUrl(pages.address(path))
                        .setHost("127.0.0.1")
                        .setOptions(ScanOptions.newBuilder().setTimeoutMillis(millis).build())
                        .setSubmittedAt(Instant.EPOCH)
                        .build(),
                Instant.now().plusSeconds(120));
    }

    private void ended(String path, FailureType type, Runnable harm) throws Exception {
        ended(path, 60_000, type, harm);
    }

    /** The deadline and five seconds for clearing up, and room for a busy machine. */
    private static long patience(int millis) {
        return 3 * (millis + 5_000L);
    }

    /** Scans, does harm once the page was asked for, and sees how that ends. */
    private void ended(String path, int millis, FailureType type, Runnable harm) throws Exception {
        long asked = pages.asked().stream().filter(path::equals).count();
        var scan = begin(path, millis);
        await().until(() -> pages.asked().stream().filter(path::equals).count() > asked);
        harm.run();
        assertThat(type(scan.get(patience(millis), TimeUnit.MILLISECONDS))).isEqualTo(type);
    }

    private static FailureType type(ScanOutcome outcome) {
        return ((ScanOutcome.Failed) outcome).failure().getType();
    }

    private double ends(EndCause cause) {
        return meters.get("stepfree.browser.ends")
                .tag("cause", BrowserMeters.tag(cause))
                .counter()
                .count();
    }

    private long ladder(LadderStep step) {
        return meters.get("stepfree.browser.ladder")
                .tag("step", BrowserMeters.tag(step))
                .timer()
                .count();
    }

    private long pid() {
        return chrome().pid();
    }

    private long driver() {
        return ProcessHandle.of(pid()).orElseThrow().parent().orElseThrow().pid();
    }

    private List<Long> everything() {
        return chrome().processes().members();
    }

    private List<Long> renderers() {
        return everything().stream()
                .filter(pid -> ProcessMemory.ownOf(pid).filter(ProcessMemory::page).isPresent())
                .toList();
    }

    private Chrome chrome() {
        try (SharedBrowser.Lease lease = browser.lease()) {
            trees.add(lease.chrome().processes());
            lease.chrome().group().ifPresent(groups::add);
            return lease.chrome();
        } catch (BrowserStartException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Processor time of all that run. */
    private static Duration used(Chrome chrome) {
        return chrome.processes().members().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static int threads(long pid) {
        String[] all = Path.of("/proc", String.valueOf(pid), "task").toFile().list();
        return all == null ? 0 : all.length;
    }

    /** In how many periods a group has used up its quota and had to wait. */
    static long throttled(Path group) throws IOException {
        return Files.readAllLines(group.resolve("cpu.stat")).stream()
                .filter(line -> line.startsWith("nr_throttled "))
                .mapToLong(line -> Long.parseLong(line.substring("nr_throttled ".length())))
                .sum();
    }

    private static void signal(String name, List<Long> processes) {
        var command = new ArrayList<String>(List.of("kill", "-" + name));
        processes.forEach(pid -> command.add(String.valueOf(pid)));
        try {
            int _ = new ProcessBuilder(command).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path ->
                            path.getFileName()
                                    .toString()
                                    .startsWith(
                                            "stepfree-browser-" + ProcessHandle.current().pid()))
                    .toList();
        }
    }
}
