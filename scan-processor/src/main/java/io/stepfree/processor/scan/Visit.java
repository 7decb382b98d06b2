package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.Image;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.SiteView;
import io.stepfree.schemas.scan.SiteVisit;
import io.stepfree.schemas.scan.Validity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One visit to a page in an open tab: goes there, does what the client wants done, waits until
 * there is something to see, has it examined, and makes sure in the end that it was the page. For
 * one scan and one thread.
 */
final class Visit {

    private static final Set<String> HTML = Set.of("text/html", "application/xhtml+xml");

    /** How long a page without anything on it may take to fill itself. */
    private static final Duration FILL_TIME = Duration.ofSeconds(4);

    private static final Duration FILL_PAUSE = Duration.ofMillis(100);

    /** Nested deeper than this, the engine's recursion would end in the browser's stack. */
    private static final int DEEPEST = 1_000;

    private final ScanRequest request;
    private final ScanOptions options;
    private final CdpSession page;
    private final PageWatch watch;
    private final Engine engine;
    private final ScanProperties properties;
    private final ScanEgress way;
    private final Deadline deadline;
    private final PageJudgement judgement = new PageJudgement();
    private final Map<String, Long> timings = new LinkedHashMap<>();
    private long phaseStart = System.nanoTime();

    Visit(
            ScanRequest request,
            CdpSession page,
            PageWatch watch,
            Engine engine,
            ScanProperties properties,
            ScanEgress way,
            Deadline deadline) {
        this.request = request;
        this.options = request.getOptions();
        this.page = page;
        this.watch = watch;
        this.engine = engine;
        this.properties = properties;
        this.way = way;
        this.deadline = deadline;
    }

    /**
     * Makes the visit.
     *
     * @param texts what the FILL actions type
     * @param browser name and version of the browser, for the result
     */
    PageResult make(List<String> texts, String browser)
            throws CdpException, ScanFailedException, InterruptedException {
        var hand = new PageHand(page, deadline);
        PageActions.check(hand, options);
        phase("open");
        navigate(request.getUrl());
        PageWatch.Load load = load();
        inspect(load.document());
        phase("load");
        if (!options.getActions().isEmpty()) {
            new PageActions(hand, watch, deadline, properties.settleTime())
                    .run(options.getActions(), texts, this::inspect);
            load = load();
            inspect(load.document());
            phase("actions");
        }
        Optional<String> unready = new Readiness(hand, watch, deadline).await(options);
        if (!watch.shows(load.document())) {
            // What was waited for came with another document.
            load = load();
            inspect(load.document());
        }
        if (unready.isPresent()) {
            judgement.miss(unready.get());
        } else if (!load.complete()) {
            judgement.miss(
                    "The page was still loading when it was scanned; parts of it may be missing");
        }
        phase("ready");
        return examine(load, browser);
    }

    /** Half the time for what never ends loading, half for looking at what there is by then. */
    private PageWatch.Load load() throws CdpException, ScanFailedException, InterruptedException {
        return watch.awaitLoad(
                deadline.within(deadline.left().dividedBy(2)), properties.settleTime());
    }

    private PageResult examine(PageWatch.Load load, String browser)
            throws CdpException, ScanFailedException, InterruptedException {
        try {
            Engine.Examination examination =
                    engine.examine(
                            page,
                            watch,
                            Standard.tags(request.getStandard()).orElseThrow(),
                            deadline);
            JsonNode before = awaitContent(examination);
            judgement.judge(request.getUrl(), before, hasTyped());
            refuseTooLarge(before);
            Engine.Verdict verdict = examination.run();
            judgement.missAll(verdict.warnings());
            judgement.noteAll(verdict.notes());
            judgement.missAll(examination.closedShadowRoots());
            SiteVisit site = request.getSite();
            String template = Template.of(examination.structure());
            SiteView view =
                    site == null ? null : SiteLinks.view(examination.links(), site, template);
            if (!watch.shows(load.document())
                    || !sameDocument(before.path("url").asString(""), examination.address())) {
                throw movedOn();
            }
            // Once more, because a page may still be arriving while it is scanned.
            PageWatch.Answer answer = inspect(load.document());
            judgement.missAll(TargetGuard.refusals(way));
            phase("engine");
            return result(
                    verdict.results(),
                    before,
                    answer,
                    browser,
                    examination,
                    load.document(),
                    template,
                    view);
        } catch (CdpException.Refused e) {
            // A world of a document that is no longer there answers like a wrong command.
            if (!watch.shows(load.document()) || World.isLost(e)) {
                throw movedOn();
            }
            throw e;
        }
    }

    private PageResult result(
            JsonNode results,
            JsonNode facts,
            PageWatch.Answer answer,
            String browser,
            Engine.Examination examination,
            PageWatch.Document document,
            String template,
            @Nullable SiteView view)
            throws CdpException, ScanFailedException, InterruptedException {
        var fingerprint = new Fingerprint();
        List<Finding> violations = PageResults.findings(results.path("violations"), fingerprint);
        List<Finding> needsReview = PageResults.findings(results.path("needsReview"), fingerprint);
        Integer score =
                judgement.validity() == Validity.SUSPECT ? null : (Integer) Score.of(violations);
        Image picture = null;
        if (options.getScreenshots() != Screenshots.NONE) {
            var pictures = new PagePictures(page, options, deadline);
            picture = pictures.page().orElse(null);
            if (options.getScreenshots() == Screenshots.ELEMENTS) {
                violations = pictures.withElements(violations, examination);
            }
            judgement.noteAll(pictures.warnings());
            if (!watch.shows(document)) {
                throw movedOn();
            }
            phase("screenshots");
        }
        return PageResults.fitted(
                PageResult.newBuilder()
                        .setFinalUrl(PageResults.text(facts, "url", 8_192))
                        .setTitle(PageResults.text(facts, "title", 300))
                        .setHttpStatus(answer.status())
                        .setLanguage(PageResults.text(facts, "language", 100))
                        .setEngine(PageResults.text(results, "engine", 100))
                        .setBrowser(browser)
                        .setViolations(violations)
                        .setNeedsReview(needsReview)
                        .setPasses(results.path("passes").asInt())
                        .setInapplicable(results.path("inapplicable").asInt())
                        .setWarnings(judgement.warnings())
                        .setTimings(timings)
                        .setValidity(judgement.validity())
                        .setScore(score)
                        .setElements(facts.path("elements").asInt())
                        .setScreenshot(picture)
                        .setTemplate(template)
                        .setSite(view)
                        .build());
    }

    /** An answer of no bytes is no page; one that shows nothing may have failed to fill itself. */
    private void refuseNothing(JsonNode facts) throws ScanFailedException {
        if (facts.path("served").asInt(-1) == 0) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.UNSUPPORTED_CONTENT,
                            "The page is empty: the answer had no content"));
        }
        judgement.doubt(
                "The page shows nothing at all; it may not have filled itself, or be another page's shell");
    }

    private void refuseTooLarge(JsonNode facts) throws ScanFailedException {
        int elements = facts.path("elements").asInt();
        int deepest = facts.path("deepest").asInt();
        if (elements > properties.maxElements()) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.RESOURCE_LIMIT,
                            "The page has %,d elements, more than the %,d that are scanned (stepfree.scan.max-elements)"
                                    .formatted(elements, properties.maxElements())));
        }
        if (deepest > DEEPEST) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.RESOURCE_LIMIT,
                            "The page's elements are nested %,d deep, more than the %,d that are scanned"
                                    .formatted(deepest, DEEPEST)));
        }
    }

    private boolean hasTyped() {
        return options.getActions().stream()
                .anyMatch(action -> action.getKind() == ActionKind.FILL);
    }

    private void phase(String ended) {
        long now = System.nanoTime();
        timings.put(ended, Duration.ofNanos(now - phaseStart).toMillis());
        phaseStart = now;
    }

    private void navigate(String url)
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
            throw new ScanFailedException(refused(known));
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
    private PageWatch.Answer inspect(PageWatch.Document document) throws ScanFailedException {
        PageWatch.@Nullable Answer answer = watch.answer(document.loader()).orElse(null);
        if (answer != null && !isSuccess(answer)) {
            throw new ScanFailedException(refused(answer));
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

    /** Gives a page that fills itself by script the time to do so. */
    private JsonNode awaitContent(Engine.Examination examination)
            throws CdpException, ScanFailedException, InterruptedException {
        JsonNode facts = examination.facts();
        Deadline patience = deadline.within(FILL_TIME);
        boolean filled = false;
        while (facts.path("empty").asBoolean()) {
            if (patience.hasPassed()) {
                refuseNothing(facts);
                return facts;
            }
            Thread.sleep(deadline.within(FILL_PAUSE).left());
            facts = examination.facts();
            filled = true;
        }
        if (filled) {
            Thread.sleep(deadline.within(properties.settleTime()).left());
            facts = examination.facts();
        }
        return facts;
    }

    /** What an answer that is not the page means. */
    private static Failure refused(PageWatch.Answer answer) {
        String url = Text.cut(answer.url(), 1_000);
        if (answer.challenged() || answer.status() == 429) {
            return Failure.newBuilder()
                    .setType(FailureType.BLOCKED_BY_SITE)
                    .setMessage(
                            answer.challenged()
                                    ? "%s answered with a bot wall (status %d)"
                                            .formatted(url, answer.status())
                                    : "%s answered that there were too many requests (status 429)"
                                            .formatted(url))
                    .setHttpStatus(answer.status())
                    .setRetryAfterMillis(RetryAfter.millis(answer.retryAfter()).orElse(null))
                    .build();
        }
        return Failure.newBuilder(Failures.status(answer.status(), answer.url()))
                .setRetryAfterMillis(RetryAfter.millis(answer.retryAfter()).orElse(null))
                .build();
    }

    private static ScanFailedException movedOn() {
        return new ScanFailedException(
                Failures.of(
                        FailureType.NAVIGATION,
                        "The page went on to another address while it was being scanned"));
    }

    private static boolean sameDocument(String before, String after) {
        return withoutFragment(before).equals(withoutFragment(after));
    }

    private static String withoutFragment(String address) {
        return address.replaceFirst("#.*", "");
    }
}
