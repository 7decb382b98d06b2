package io.stepfree.processor.scan;

import io.stepfree.processor.browser.BrowserStartException;
import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.EgressProxy;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.processor.robots.Robots;
import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scans one page: visits it in a fresh browser context, waits until it has loaded, runs the engine
 * and says what was seen. A page that was not seen is a typed failure, never a clean result.
 * Thread-safe; blocks at most until the deadline and some seconds for clearing up, whatever the
 * page does.
 */
public final class PageScanner {

    private static final Set<String> HTML = Set.of("text/html", "application/xhtml+xml");

    /** How long a page without anything on it may take to fill itself. */
    private static final Duration FILL_TIME = Duration.ofSeconds(4);

    private static final Duration FILL_PAUSE = Duration.ofMillis(100);

    private final SharedBrowser browser;
    private final EgressProxy egress;
    private final Robots robots;
    private final Engine engine;
    private final Duration settleTime;

    /**
     * @param nodesPerRule how many elements are told of each rule at most; all are counted
     * @param settleTime how long a page is left alone once it has loaded, so that its scripts can
     *     do their work
     */
    public PageScanner(
            SharedBrowser browser,
            EgressProxy egress,
            JsonMapper mapper,
            int nodesPerRule,
            Duration settleTime) {
        this(browser, egress, new Robots(RobotsMode.OFF), mapper, nodesPerRule, settleTime);
    }

    /**
     * @param nodesPerRule how many elements are told of each rule at most; all are counted
     * @param settleTime how long a page is left alone once it has loaded
     */
    public PageScanner(
            SharedBrowser browser,
            EgressProxy egress,
            Robots robots,
            JsonMapper mapper,
            int nodesPerRule,
            Duration settleTime) {
        this.browser = browser;
        this.egress = egress;
        this.robots = robots;
        this.engine = new Engine(mapper, nodesPerRule);
        this.settleTime = settleTime;
    }

    /**
     * Sees to it that a browser is running, so that an attempt is not the one to find out that none
     * starts.
     */
    public void prepare() throws BrowserStartException, InterruptedException {
        browser.prepare();
    }

    /**
     * Makes one attempt. An interrupt cancels it; the page is gone when this returns or throws.
     *
     * @param end when the attempt must be over at the latest, even if the request grants more time
     */
    public ScanOutcome scan(ScanRequest request, Instant end) throws InterruptedException {
        Optional<Failure> invalid = problem(request);
        if (invalid.isPresent()) {
            return new ScanOutcome.Failed(invalid.get());
        }
        Duration granted = Duration.ofMillis(request.getOptions().getTimeoutMillis());
        Deadline deadline = Deadline.after(granted).within(Duration.between(Instant.now(), end));
        try (ScanEgress way = egress.open()) {
            Optional<Failure> unsafe = TargetGuard.judge(way, request.getUrl(), deadline);
            if (unsafe.isPresent()) {
                return new ScanOutcome.Failed(unsafe.get());
            }
            Optional<String> objection = robots.objection(way, request.getUrl(), deadline.left());
            if (objection.isPresent() && robots.mode() == RobotsMode.OBEY) {
                return failed(FailureType.BLOCKED_BY_SITE, objection.get());
            }
            ScanOutcome outcome = scan(request, way, deadline);
            if (objection.isPresent()
                    && outcome instanceof ScanOutcome.Completed(PageResult page)) {
                return new ScanOutcome.Completed(PageResults.warned(page, objection.get()));
            }
            return outcome;
        }
    }

    private ScanOutcome scan(ScanRequest request, ScanEgress way, Deadline deadline)
            throws InterruptedException {
        try (SharedBrowser.Lease lease = browser.lease()) {
            return scan(request, lease, way, deadline);
        } catch (BrowserStartException e) {
            return failed(FailureType.BROWSER_CRASH, e.getMessage());
        }
    }

    private ScanOutcome scan(
            ScanRequest request, SharedBrowser.Lease lease, ScanEgress way, Deadline deadline)
            throws InterruptedException {
        Tab tab;
        try {
            tab = Tab.create(lease.chrome(), way.proxyServer());
        } catch (CdpException.NoAnswer e) {
            lease.condemn("it does not open a tab");
            return failed(FailureType.BROWSER_CRASH, "The browser hung: " + e.getMessage());
        } catch (CdpException e) {
            return failed(FailureType.BROWSER_CRASH, "The browser died: " + e.getMessage());
        }
        var watch = new PageWatch(way, deadline);
        try {
            PageResult page = visit(request, lease, tab, watch, deadline);
            return new ScanOutcome.Completed(TargetGuard.told(page, way));
        } catch (ScanFailedException e) {
            return new ScanOutcome.Failed(watch.refusal().orElse(e.failure()));
        } catch (CdpException e) {
            return new ScanOutcome.Failed(watch.refusal().orElseGet(() -> failure(e, deadline)));
        } finally {
            lease.dispose(tab.context());
        }
    }

    private PageResult visit(
            ScanRequest request,
            SharedBrowser.Lease lease,
            Tab tab,
            PageWatch watch,
            Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        long start = System.nanoTime();
        CdpSession page = tab.open(watch, request.getOptions(), deadline);
        navigate(page, watch, request.getUrl(), deadline);
        // Half the time for what never ends loading, half for looking at what there is by then.
        PageWatch.Load load =
                watch.awaitLoad(deadline.within(deadline.left().dividedBy(2)), settleTime);
        inspect(load.document(), watch);
        long loaded = System.nanoTime();
        try {
            Engine.Examination examination =
                    engine.examine(page, watch, tags(request.getStandard()), deadline);
            JsonNode before = awaitContent(examination, deadline);
            Engine.Verdict verdict = examination.run();
            JsonNode after = examination.facts();
            if (!watch.shows(load.document()) || !sameDocument(before, after)) {
                throw movedOn();
            }
            // Once more, because a page may still be arriving while it is scanned.
            PageWatch.Answer answer = inspect(load.document(), watch);
            var warnings = new ArrayList<String>();
            if (!load.complete()) {
                warnings.add(
                        "The page was still loading when it was scanned; parts of it may be"
                            + " missing");
            }
            warnings.addAll(verdict.warnings());
            JsonNode results = verdict.results();
            return PageResults.fitted(
                    PageResult.newBuilder()
                            .setFinalUrl(PageResults.text(before, "url", 8_192))
                            .setTitle(PageResults.text(before, "title", 300))
                            .setHttpStatus(answer.status())
                            .setLanguage(PageResults.text(before, "language", 100))
                            .setEngine(PageResults.text(results, "engine", 100))
                            .setBrowser(lease.chrome().version())
                            .setViolations(PageResults.findings(results.path("violations")))
                            .setNeedsReview(PageResults.findings(results.path("needsReview")))
                            .setPasses(results.path("passes").asInt())
                            .setInapplicable(results.path("inapplicable").asInt())
                            .setWarnings(warnings)
                            .setTimings(
                                    Map.of(
                                            "load",
                                            millis(start, loaded),
                                            "engine",
                                            millis(loaded, System.nanoTime())))
                            .build());
        } catch (CdpException.Refused e) {
            // A world of a document that is no longer there answers like a wrong command.
            if (!watch.shows(load.document()) || isAboutLostWorld(e)) {
                throw movedOn();
            }
            throw e;
        }
    }

    private static void navigate(CdpSession page, PageWatch watch, String url, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        JsonNode answer = page.call("Page.navigate", Map.of("url", url), deadline.left());
        String error = answer.path("errorText").asString("");
        if (error.isEmpty()) {
            return;
        }
        Optional<Failure> refusal = watch.refusal();
        if (refusal.isPresent()) {
            throw new ScanFailedException(refusal.get());
        }
        PageWatch.@Nullable Answer known =
                watch.answer(answer.path("loaderId").asString("")).orElse(null);
        if (known != null && !isSuccess(known)) {
            throw new ScanFailedException(Failures.status(known.status(), known.url()));
        }
        if (watch.hasDownload() || known != null) {
            throw new ScanFailedException(unsupported(known, url));
        }
        throw new ScanFailedException(Failures.network(error, url));
    }

    /**
     * Makes sure that what the tab shows is the page that was asked for, and says what was answered
     * for it.
     */
    private static PageWatch.Answer inspect(PageWatch.Document document, PageWatch watch)
            throws ScanFailedException {
        PageWatch.@Nullable Answer answer = watch.answer(document.loader()).orElse(null);
        if (answer != null && !isSuccess(answer)) {
            throw new ScanFailedException(Failures.status(answer.status(), answer.url()));
        }
        if (document.errorPage()) {
            throw new ScanFailedException(
                    Failures.network(
                            watch.error(document.loader())
                                    .orElse("the browser shows an error page"),
                            answer == null ? "What the page led to" : answer.url()));
        }
        Optional<String> breakage = watch.breakage(document);
        if (breakage.isPresent()) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.NAVIGATION,
                            "%s did not arrive whole: %s"
                                    .formatted(Text.cut(document.url(), 1_000), breakage.get())));
        }
        if (answer == null || !document.url().startsWith("http")) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.NAVIGATION,
                            "The page went to %s, which is not a page on the web"
                                    .formatted(Text.cut(document.url(), 1_000))));
        }
        if (answer.attachment() || !HTML.contains(answer.mimeType())) {
            throw new ScanFailedException(unsupported(answer, answer.url()));
        }
        return answer;
    }

    /** Also a 304 or a redirect to nowhere is not the page. */
    private static boolean isSuccess(PageWatch.Answer answer) {
        return answer.status() >= 200 && answer.status() < 300;
    }

    /** Gives a page that fills itself by script the time to do so. */
    private JsonNode awaitContent(Engine.Examination examination, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        JsonNode facts = examination.facts();
        Deadline patience = deadline.within(FILL_TIME);
        boolean filled = false;
        while (facts.path("empty").asBoolean()) {
            if (patience.hasPassed()) {
                throw new ScanFailedException(
                        Failures.of(
                                FailureType.UNSUPPORTED_CONTENT,
                                "The page is empty: there was nothing to check"));
            }
            Thread.sleep(deadline.within(FILL_PAUSE).left());
            facts = examination.facts();
            filled = true;
        }
        if (filled) {
            Thread.sleep(deadline.within(settleTime).left());
            facts = examination.facts();
        }
        return facts;
    }

    private static Failure unsupported(PageWatch.@Nullable Answer answer, String url) {
        String what;
        if (answer == null || answer.attachment()) {
            what = "a download";
        } else if (answer.status() == 204 || answer.status() == 205) {
            what = "no content (status %d)".formatted(answer.status());
        } else {
            what = answer.mimeType().isEmpty() ? "something without a type" : answer.mimeType();
        }
        return Failures.of(
                FailureType.UNSUPPORTED_CONTENT,
                "%s is %s, not an HTML page".formatted(Text.cut(url, 1_000), Text.cut(what, 200)));
    }

    private static ScanFailedException movedOn() {
        return new ScanFailedException(
                Failures.of(
                        FailureType.NAVIGATION,
                        "The page went on to another address while it was being scanned"));
    }

    private static boolean isAboutLostWorld(CdpException.Refused e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("context")
                || message.contains("navigated or closed")
                || message.contains("No frame");
    }

    private static boolean sameDocument(JsonNode before, JsonNode after) {
        return withoutFragment(before).equals(withoutFragment(after));
    }

    private static String withoutFragment(JsonNode facts) {
        return facts.path("url").asString("").replaceFirst("#.*", "");
    }

    private static Failure failure(CdpException e, Deadline deadline) {
        String message = String.valueOf(e.getMessage());
        return switch (e) {
            case CdpException.NoAnswer _ ->
                    Failures.of(
                            FailureType.TIMEOUT,
                            deadline.hasPassed()
                                    ? "The scan did not end before its deadline"
                                    : message);
            case CdpException.TargetCrashed _ -> Failures.of(FailureType.BROWSER_CRASH, message);
            case CdpException.TargetClosed _ -> Failures.of(FailureType.BROWSER_CRASH, message);
            case CdpException.ConnectionLost _ -> Failures.of(FailureType.BROWSER_CRASH, message);
            case CdpException.MemoryExceeded _ -> Failures.of(FailureType.RESOURCE_LIMIT, message);
            case CdpException.Refused _ -> Failures.of(FailureType.ENGINE_ERROR, message);
        };
    }

    private static ScanOutcome failed(FailureType type, @Nullable String message) {
        return new ScanOutcome.Failed(Failures.of(type, String.valueOf(message)));
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }

    /**
     * Requests come from a gateway that has checked them; this one holds when it was another
     * version of it.
     */
    private static Optional<Failure> problem(ScanRequest request) {
        ScanOptions options = request.getOptions();
        if (!isWebAddress(request.getUrl())) {
            return Optional.of(
                    Failures.invalid(
                            "url",
                            "url is '%s'; it must be an absolute http or https address"
                                    .formatted(Text.cut(request.getUrl(), 500))));
        }
        if (Standard.tags(request.getStandard()).isEmpty()) {
            return Optional.of(
                    Failures.invalid(
                            "standard",
                            "standard is '%s'; it must be one of wcag2a, wcag2aa, wcag2aaa, wcag21a, wcag21aa, wcag22aa, best-practice"
                                    .formatted(Text.cut(request.getStandard(), 100))));
        }
        return outOfRange("options.timeoutMillis", options.getTimeoutMillis(), 1_000, 120_000)
                .or(() ->
                        outOfRange("options.viewportWidth", options.getViewportWidth(), 200, 4_096))
                .or(() ->
                        outOfRange(
                                "options.viewportHeight", options.getViewportHeight(), 200, 4_096));
    }

    private static boolean isWebAddress(String url) {
        return url.regionMatches(true, 0, "http://", 0, 7)
                || url.regionMatches(true, 0, "https://", 0, 8);
    }

    private static Optional<Failure> outOfRange(String field, int value, int least, int most) {
        return value >= least && value <= most
                ? Optional.empty()
                : Optional.of(
                        Failures.invalid(
                                field,
                                "%s is %d; it must be from %d to %d"
                                        .formatted(field, value, least, most)));
    }

    private static List<String> tags(String standard) {
        return Standard.tags(standard).orElseThrow();
    }
}
