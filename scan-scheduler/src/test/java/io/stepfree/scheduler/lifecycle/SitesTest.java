package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteCommandKind;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteDocumentKind;
import io.stepfree.schemas.scan.SiteFetch;
import io.stepfree.schemas.scan.SiteProgress;
import io.stepfree.schemas.scan.SiteRequest;
import io.stepfree.schemas.scan.SiteRow;
import io.stepfree.schemas.scan.SiteSkips;
import io.stepfree.schemas.scan.SiteStop;
import io.stepfree.schemas.scan.SiteView;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SitesTest extends SchedulerTest {

    private static final String SITE = "019ac000-0000-7000-8000-000000000001";
    private static final String START_PAGE = "https://example.org/";

    private TestInputTopic<String, SiteCommand> siteCommands;
    private TestInputTopic<String, SiteDocument> documents;
    private TestOutputTopic<String, SiteFetch> fetches;
    private TestOutputTopic<String, SiteProgress> siteEvents;

    /** What a page of the site tells, by path. */
    private final Map<String, SiteView> site = new LinkedHashMap<>();

    private final List<String> scanned = new ArrayList<>();
    private final List<ScanJob> out = new ArrayList<>();

    @BeforeEach
    void open() {
        siteCommands = input(Topics.SITE_COMMANDS);
        documents = input(Topics.SITE_DOCUMENTS);
        fetches = output(Topics.SITE_FETCHES);
        siteEvents = output(Topics.SITE_EVENTS);
    }

    @Test
    void aCrawlScansEachPageOnceAndEndsWhenThereAreNoMore() {
        page("/", "/a", "/b", "/a#part", "/");
        page("/a", "/b", "/", "/c");
        page("/b", "/a");
        page("/c");

        submit(crawl(_ -> {}));
        answerStart();
        scanAll();

        assertThat(scanned).containsExactly("/", "/a", "/b", "/c");
        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(told.getEnded()).isTrue();
        assertThat(told.getFound()).isEqualTo(4);
        assertThat(told.getSubmitted()).isEqualTo(4);
        assertThat(told.getCompleted()).isEqualTo(4);
        assertThat(told.getSkipped()).isEqualTo(new SiteSkips());
        assertThat(told.getProblems()).isEmpty();
    }

    @Test
    void aPageIsScannedAsTheSiteWasAskedFor() {
        page("/");
        submit(crawl(_ -> {}));
        answerStart();

        ScanRequest request = jobs.readValue().getRequest();
        assertThat(request.getScanId())
                .isEqualTo("019ac000-0000-7" + request.getScanId().substring(15))
                .matches("[0-9a-f-]{36}");
        assertThat(request.getUrl()).isEqualTo(START_PAGE);
        assertThat(request.getHost()).isEqualTo(HOST);
        assertThat(request.getBatchId()).isEqualTo("site-batch");
        assertThat(request.getStandard()).isEqualTo("wcag21aa");
        assertThat(request.getSite().getLinks()).isTrue();
        assertThat(request.getSite().getStart()).isEqualTo(START_PAGE);
    }

    @Test
    void anOrderThatComesTwiceStartsNothingTwice() {
        page("/");
        submit(crawl(_ -> {}));
        submit(crawl(_ -> {}));
        answerStart();
        scanAll();

        assertThat(scanned).containsExactly("/");
        assertThat(fetches.isEmpty()).isTrue();
    }

    @Test
    void onlyAFewPagesAreOpenAtOnce() {
        page("/", numbered("/p", 20));
        submit(crawl(_ -> {}));
        answerStart();
        assertThat(jobs.getQueueSize()).isEqualTo(1);
        completePage("/");

        assertThat(jobs.readValuesToList()).hasSize(PAGES_AT_ONCE);
    }

    @Test
    void pagesBeyondTheDepthAreLeftOut() {
        page("/", "/a", "/b");
        page("/a", "/deep", "/late");
        page("/b", "/c");
        page("/c", "/never");
        submit(crawl(site -> site.setDepth(1)));
        answerStart();
        scanAll();
        assertThat(scanned).containsExactly("/", "/a", "/b");
        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(told.getFound()).isEqualTo(6);
        assertThat(told.getSkipped().getDepth()).isEqualTo(3);
    }

    @Test
    void aPageThatWasTooFarAwayIsScannedWhenAShorterWayIsFound() {
        page("/", "/a", "/b");
        page("/a", "/c");
        page("/b");
        page("/c", "/d");
        submit(crawl(site -> site.setDepth(2)));
        answerStart();
        completePage("/");
        completePage("/a");
        completePage("/c");
        // By now /d is known as three links away.
        site.put("/b", view("/d").build());
        scanAll();

        assertThat(scanned).containsExactly("/", "/a", "/c", "/b", "/d");
        assertThat(lastTold().getSkipped().getDepth()).isZero();
    }

    @Test
    void pagesThatAreNotWantedOrForbiddenAreLeftOutByReason() {
        site.put(
                "/",
                view("/docs/a", "/docs/b", "/docs/print/a", "/blog/a")
                        .setForbidden(List.of(address("/docs/secret")))
                        .setOtherSite(2)
                        .build());
        page("/docs/a");
        page("/docs/b");
        submit(
                crawl(site ->
                        site.setInclude(List.of("/docs/**")).setExclude(List.of("**/print/*"))));
        answerStart();
        scanAll();

        assertThat(scanned).as("the start always").containsExactly("/", "/docs/a", "/docs/b");
        SiteProgress told = lastTold();
        assertThat(told.getFound()).isEqualTo(6);
        assertThat(told.getSkipped().getPattern()).isEqualTo(2);
        assertThat(told.getSkipped().getRobots()).isEqualTo(1);
        assertThat(told.getOtherSite()).isEqualTo(2);
    }

    @Test
    void whatWasSeenUnderAnotherAddressIsNotScannedAgain() {
        page("/", "/old", "/list?sort=name", "/elsewhere", "/a", "/new", "/list");
        site.put("/old", view().build());
        site.put("/list?sort=name", view().setCanonical(address("/list")).build());
        site.put("/elsewhere", view().setCanonical(address("/")).build());
        page("/new");
        submit(crawl(_ -> {}));
        answerStart();
        completePage("/");
        // It was redirected to /new, which waits by then.
        complete(job("/old"), "/new");
        completePage("/list?sort=name");
        scanAll();

        assertThat(scanned).doesNotContain("/new", "/list").contains("/elsewhere");
        SiteProgress told = lastTold();
        assertThat(told.getFound()).isEqualTo(7);
        assertThat(told.getSubmitted()).isEqualTo(5);
        assertThat(told.getSkipped().getDuplicate()).isEqualTo(1);
        assertThat(told.getSkipped().getCanonical()).isEqualTo(1);
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
    }

    @Test
    void aCanonicalAddressWithAnotherPathIsAPageOfItsOwn() {
        site.put("/", view().setCanonical(address("/home")).build());
        page("/home");
        submit(crawl(_ -> {}));
        answerStart();
        scanAll();

        assertThat(scanned).containsExactly("/", "/home");
    }

    @Test
    void thePageLimitStopsACrawlAndTheRestIsCounted() {
        page("/", numbered("/p", 20));
        IntStream.range(0, 20).forEach(i -> page("/p" + i));
        submit(crawl(site -> site.setPages(5)));
        answerStart();
        scanAll();

        assertThat(scanned).hasSize(5);
        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.PAGE_LIMIT);
        assertThat(told.getFound()).isEqualTo(21);
        assertThat(told.getSkipped().getLimit()).isEqualTo(16);
    }

    @Test
    void asManyPagesAsTheLimitAreComplete() {
        page("/", "/a", "/b");
        page("/a");
        page("/b");
        submit(crawl(site -> site.setPages(3)));
        answerStart();
        scanAll();

        assertThat(lastTold().getStopped()).isEqualTo(SiteStop.COMPLETE);
    }

    @Test
    void aCrawlStopsWhenNewPagesBringNeitherTemplatesNorRules() {
        page("/", numbered("/p", 50));
        IntStream.range(0, 50)
                .forEach(i -> site.put("/p" + i, view().setTemplate("article").build()));
        submit(crawl(site -> site.setSaturation(6)));
        answerStart();
        scanAll();

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.SATURATION);
        assertThat(told.getTemplates()).isEqualTo(2);
        assertThat(told.getRules()).isEqualTo(1);
        assertThat(told.getSubmitted()).isBetween(8L, 8L + PAGES_AT_ONCE);
        assertThat(told.getSkipped().getStopped()).isEqualTo(told.getFound() - told.getSubmitted());
        assertThat(told.getEnded()).isTrue();
    }

    @Test
    void aSiteThatKeepsBringingNewTemplatesIsNotSaturated() {
        page("/", numbered("/p", 20));
        IntStream.range(0, 20)
                .forEach(i -> site.put("/p" + i, view().setTemplate("t" + i / 2).build()));
        submit(crawl(site -> site.setSaturation(3)));
        answerStart();
        scanAll();

        assertThat(lastTold().getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(scanned).hasSize(21);
    }

    @Test
    void aPageThatFailsIsCountedAndTheCrawlGoesOn() {
        page("/", "/gone", "/a");
        page("/a");
        submit(crawl(_ -> {}));
        answerStart();
        completePage("/");
        fail(job("/gone").getRequest().getScanId(), 1, FailureType.HTTP_ERROR, 404);
        scanAll();

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(told.getCompleted()).isEqualTo(2);
        assertThat(told.getDeadLettered()).isEqualTo(1);
    }

    @Test
    void aCancelledSiteLosesItsOpenScansAndLooksForNoMore() {
        page("/", numbered("/p", 20));
        submit(crawl(_ -> {}));
        answerStart();
        completePage("/");
        cancelSite();

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.CANCELLED);
        assertThat(told.getEnded()).isTrue();
        assertThat(told.getCancelled()).isEqualTo(PAGES_AT_ONCE);
        assertThat(told.getSkipped().getStopped()).isEqualTo(20 - PAGES_AT_ONCE);
        advance(Duration.ofMinutes(1));
        assertThat(count("accepted")).isEqualTo(1 + PAGES_AT_ONCE);
    }

    @Test
    void whoCancelsTheBatchStopsTheSite() {
        page("/", numbered("/p", 100));
        submit(crawl(_ -> {}));
        answerStart();
        completePage("/");
        commands.pipeInput(
                "site-batch",
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL_BATCH)
                        .setScanId("")
                        .setBatchId("site-batch")
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());
        advance(Duration.ofSeconds(2));

        assertThat(lastTold().getStopped()).isEqualTo(SiteStop.CANCELLED);
        assertThat(count("accepted")).isLessThan(20);
    }

    @Test
    void whoCancelsTheBatchOfASmallSiteFindsItCancelledNotComplete() {
        page("/", "/a", "/b");
        submit(crawl(_ -> {}));
        answerStart();
        completePage("/");
        commands.pipeInput(
                "site-batch",
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL_BATCH)
                        .setScanId("")
                        .setBatchId("site-batch")
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());
        advance(Duration.ofSeconds(2));

        SiteProgress told = lastTold();
        assertThat(told.getCancelled()).isEqualTo(2).isLessThan(PAGES_AT_ONCE);
        assertThat(told.getStopped()).isEqualTo(SiteStop.CANCELLED);
        assertThat(told.getEnded()).isTrue();
    }

    @Test
    void theRowOfASiteStaysSmallWhateverItsDocumentsSay() {
        submit(crawl(site -> site.setSitemaps(true)));
        SiteFetch first = fetches.readValue();
        answer(
                document(first)
                        .setSitemaps(
                                IntStream.range(0, 200)
                                        .mapToObj(i -> longAddress("/first", i))
                                        .toList()));
        for (SiteFetch fetch : fetches.readValuesToList()) {
            answer(
                    document(fetch)
                            .setSitemaps(
                                    IntStream.range(0, 400)
                                            .mapToObj(i -> longAddress(fetch.getUrl(), i))
                                            .toList())
                            .setFailure(
                                    Failure.newBuilder()
                                            .setType(FailureType.NAVIGATION)
                                            .setMessage(fetch.getNumber() + "x".repeat(100_000))
                                            .build()));
        }

        SiteRow row = driver.<String, SiteRow>getKeyValueStore(SchedulerTopology.SITES).get(SITE);
        assertThat(row.getSitemaps()).isNotEmpty();
        assertThat(serialized(row)).isLessThan(500_000);
        assertThat(row.getProgress().getProblems())
                .anyMatch(problem -> problem.contains("have more than 100,000 characters"))
                .allMatch(problem -> problem.length() <= 2_000);
    }

    private static int serialized(SiteRow row) {
        try {
            return row.toByteBuffer().remaining();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String longAddress(String name, int number) {
        String end = "/%d/%d.xml".formatted(name.hashCode() & 0xffff, number);
        return address("/" + "x".repeat(2_048 - address("/").length() - end.length()) + end);
    }

    @Test
    void theSitemapsOfASiteAreReadUntilNoneIsLeft() {
        page("/a");
        page("/b");
        page("/c");
        submit(crawl(site -> site.setSitemaps(true)));
        SiteFetch first = fetches.readValue();
        assertThat(first.getKind()).isEqualTo(SiteDocumentKind.SITEMAPS);
        answer(document(first).setSitemaps(List.of("https://example.org/index.xml")));
        SiteFetch index = fetches.readValue();
        assertThat(index.getKind()).isEqualTo(SiteDocumentKind.SITEMAP);
        answer(
                document(index)
                        .setSitemaps(
                                List.of(
                                        "https://example.org/1.xml",
                                        "https://example.org/2.xml.gz",
                                        // An index that names itself.
                                        "https://example.org/index.xml")));
        SiteFetch one = fetches.readValue();
        SiteFetch two = fetches.readValue();
        assertThat(fetches.isEmpty()).isTrue();
        answer(document(one).setLinks(List.of(address("/a"))).setLast(false));
        answer(document(one).setLinks(List.of(address("/a"))).setLast(false));
        answer(document(one).setPart(1).setLinks(List.of(address("/b"))));
        answer(document(two).setLinks(List.of(address("/a"), address("/c"))).setOtherSite(1));
        scanAll();

        assertThat(scanned).containsExactlyInAnyOrder("/a", "/b", "/c");
        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(told.getSitemapsRead()).isEqualTo(3);
        assertThat(told.getOtherSite()).isEqualTo(1);
        assertThat(told.getFound()).isEqualTo(3);
    }

    @Test
    void aSiteOfWhichNothingCanBeReadHasFailed() {
        submit(crawl(site -> site.setSitemaps(true).setSitemap("https://example.org/s.xml")));
        SiteFetch fetch = fetches.readValue();
        assertThat(fetch.getUrl()).isEqualTo("https://example.org/s.xml");
        answer(document(fetch).setFailure(failure(FailureType.HTTP_ERROR, 404)));

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.FAILED);
        assertThat(told.getFailure().getHttpStatus()).isEqualTo(404);
        assertThat(told.getEnded()).isTrue();
    }

    @Test
    void aSiteOfWhichOnlyForbiddenPagesCouldBeReadHasFailed() {
        submit(crawl(site -> site.setSitemaps(true)));
        answer(
                document(fetches.readValue())
                        .setSitemaps(
                                List.of("https://example.org/1.xml", "https://example.org/2.xml")));
        answer(document(fetches.readValue()).setForbidden(List.of(address("/private"))));
        answer(document(fetches.readValue()).setFailure(failure(FailureType.BLOCKED_BY_SITE, 503)));

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.FAILED);
        assertThat(told.getFailure().getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
        assertThat(told.getFound()).isEqualTo(1);
    }

    @Test
    void oneBrokenSitemapIsToldAndTheOthersCount() {
        page("/a");
        submit(crawl(site -> site.setSitemaps(true)));
        answer(
                document(fetches.readValue())
                        .setSitemaps(
                                List.of("https://example.org/1.xml", "https://example.org/2.xml")));
        answer(
                document(fetches.readValue())
                        .setFailure(
                                Failure.newBuilder()
                                        .setType(FailureType.UNSUPPORTED_CONTENT)
                                        .setMessage("1.xml cannot be read")
                                        .build()));
        answer(document(fetches.readValue()).setLinks(List.of(address("/a"))));
        scanAll();

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(told.getFailure()).isNull();
        assertThat(told.getProblems()).containsExactly("1.xml cannot be read");
        assertThat(told.getSitemapsRead()).isEqualTo(1);
    }

    @Test
    void aDocumentOfWhichNothingIsHeardCountsAsLost() {
        submit(crawl(_ -> {}));
        advance(SITE_FETCH_DEADLINE.plusMinutes(1));

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.FAILED);
        assertThat(told.getFailure().getType()).isEqualTo(FailureType.LOST);
    }

    @Test
    void aStartThatRobotsTxtForbidsIsNotScanned() {
        submit(crawl(_ -> {}));
        answer(document(fetches.readValue()).setForbidden(List.of(START_PAGE)));

        SiteProgress told = lastTold();
        assertThat(told.getStopped()).isEqualTo(SiteStop.COMPLETE);
        assertThat(told.getFound()).isEqualTo(1);
        assertThat(told.getSkipped().getRobots()).isEqualTo(1);
        assertThat(jobs.isEmpty()).isTrue();
    }

    @Test
    void foundIsSubmittedAndWaitingAndSkippedAtEveryMoment() {
        page("/", numbered("/p", 30));
        IntStream.range(0, 30).forEach(i -> page("/p" + i, "/p" + (i + 7) % 40, "/q" + i));
        submit(crawl(site -> site.setPages(25).setDepth(2)));
        answerStart();
        while (!jobs.isEmpty()) {
            jobs.readValuesToList().forEach(job -> complete(job, path(job)));
            advance(Duration.ofMillis(1_100));
        }

        assertThat(siteEvents.readValuesToList())
                .hasSizeGreaterThan(2)
                .allSatisfy(told -> {
                    SiteSkips skips = told.getSkipped();
                    assertThat(told.getFound())
                            .isEqualTo(
                                    told.getSubmitted()
                                            + told.getWaiting()
                                            + skips.getRobots()
                                            + skips.getDepth()
                                            + skips.getPattern()
                                            + skips.getDuplicate()
                                            + skips.getCanonical()
                                            + skips.getLimit()
                                            + skips.getStopped());
                });
    }

    @Test
    void whatIsKnownOfAddressesIsForgottenWhenASiteStopsAndTheSiteLater() {
        page("/", numbered("/p", 5));
        IntStream.range(0, 5).forEach(i -> page("/p" + i));
        submit(crawl(_ -> {}));
        answerStart();
        scanAll();
        advance(Duration.ofSeconds(1));
        for (String store :
                List.of(SchedulerTopology.SITE_ADDRESSES, SchedulerTopology.SITE_QUEUE)) {
            try (var all = driver.getKeyValueStore(store).all()) {
                assertThat(all.hasNext()).as(store).isFalse();
            }
        }
        assertThat(driver.getKeyValueStore(SchedulerTopology.SITES).get(SITE)).isNotNull();

        advance(ENDED_KEPT.plusDays(1));
        assertThat(driver.getKeyValueStore(SchedulerTopology.SITES).get(SITE)).isNull();
    }

    @Test
    void linksGoNoFurtherThanTheScheduler() {
        page("/", "/a");
        submit(crawl(_ -> {}));
        answerStart();
        completePage("/");

        assertThat(results.readValue().getPage().getSite()).isNull();
    }

    @Test
    void aSiteThatCannotBeExploredIsKeptAside() {
        submit(crawl(site -> site.setStart("no address")));

        assertThat(kept()).singleElement().asString().contains("submits a site");
    }

    private void submit(SiteRequest request) {
        siteCommands.pipeInput(
                SITE,
                SiteCommand.newBuilder()
                        .setKind(SiteCommandKind.SUBMIT)
                        .setSiteId(SITE)
                        .setRequestId("request-site")
                        .setIssuedAt(START)
                        .setRequest(request)
                        .build());
    }

    private void cancelSite() {
        siteCommands.pipeInput(
                SITE,
                SiteCommand.newBuilder()
                        .setKind(SiteCommandKind.CANCEL)
                        .setSiteId(SITE)
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());
    }

    private static SiteRequest crawl(Consumer<SiteRequest.Builder> chosen) {
        var request =
                SiteRequest.newBuilder()
                        .setSiteId(SITE)
                        .setStart(START_PAGE)
                        .setDepth(5)
                        .setPages(500)
                        .setInclude(List.of())
                        .setExclude(List.of())
                        .setSaturation(0)
                        .setPage(
                                ScanRequest.newBuilder()
                                        .setScanId(SITE)
                                        .setRequestId("request-site")
                                        .setUrl(START_PAGE)
                                        .setHost(HOST)
                                        .setStandard("wcag21aa")
                                        .setBatchId("site-batch")
                                        .setOptions(ScanOptions.newBuilder().build())
                                        .setSubmittedAt(START)
                                        .build());
        chosen.accept(request);
        return request.build();
    }

    private void answerStart() {
        SiteFetch fetch = fetches.readValue();
        assertThat(fetch.getKind()).isEqualTo(SiteDocumentKind.START);
        answer(document(fetch).setLinks(List.of(fetch.getUrl())));
    }

    private void answer(SiteDocument.Builder document) {
        documents.pipeInput(SITE, document.build());
    }

    private static SiteDocument.Builder document(SiteFetch fetch) {
        return SiteDocument.newBuilder()
                .setSiteId(SITE)
                .setRequestId("request-site")
                .setNumber(fetch.getNumber())
                .setLinks(List.of())
                .setForbidden(List.of())
                .setSitemaps(List.of());
    }

    /** Scans what is handed out, until nothing is. */
    private void scanAll() {
        out.addAll(jobs.readValuesToList());
        while (!out.isEmpty()) {
            ScanJob job = out.removeFirst();
            complete(job, path(job));
            out.addAll(jobs.readValuesToList());
        }
        advance(Duration.ofMillis(1_100));
        assertThat(scanned).doesNotHaveDuplicates();
    }

    private void completePage(String path) {
        complete(job(path), path);
    }

    private ScanJob job(String path) {
        out.addAll(jobs.readValuesToList());
        ScanJob job = out.stream().filter(one -> path(one).equals(path)).findFirst().orElseThrow();
        out.remove(job);
        return job;
    }

    private void complete(ScanJob job, String finalPath) {
        String path = path(job);
        scanned.add(path);
        outcomes.pipeInput(
                HOST,
                outcome(job.getRequest().getScanId(), 1)
                        .setPage(
                                PageResult.newBuilder(page())
                                        .setFinalUrl(address(finalPath))
                                        .setSite(site.getOrDefault(path, view().build()))
                                        .setViolations(List.of(finding()))
                                        .build())
                        .build());
    }

    private static Finding finding() {
        return Finding.newBuilder()
                .setRule("image-alt")
                .setHelp("")
                .setHelpUrl("")
                .setDescription("")
                .setSuccessCriteria(List.of())
                .setTags(List.of())
                .setNodeCount(1)
                .setNodes(List.of())
                .build();
    }

    private void page(String path, String... links) {
        site.put(path, view(links).build());
    }

    private static SiteView.Builder view(String... links) {
        return SiteView.newBuilder()
                .setLinks(List.of(links).stream().map(SitesTest::address).toList())
                .setForbidden(List.of())
                .setTemplate("page");
    }

    private static String[] numbered(String prefix, int many) {
        return IntStream.range(0, many).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    private SiteProgress lastTold() {
        return siteEvents.readValuesToList().getLast();
    }

    private static String path(ScanJob job) {
        return job.getRequest().getUrl().substring("https://example.org".length());
    }

    private static String address(String path) {
        return "https://example.org" + path;
    }
}
