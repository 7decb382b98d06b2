package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.EgressProxy;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.ScanOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The engine that does less finds what the engine as it comes finds, to the letter. */
class StockEngineTest {

    private static final List<String> TAGS = Standard.tags("best-practice").orElseThrow();

    private static TestPages pages;
    private static TestEgress egress;
    private static EgressProxy proxy;
    private static SharedBrowser browser;

    @BeforeAll
    static void start() {
        pages = new TestPages();
        egress = new TestEgress();
        proxy = egress.allowing(List.of("127.0.0.1"));
        browser = new SharedBrowser(new ChromeLauncher(BrowserPrograms.find("", ""), true), 500);
    }

    @AfterAll
    static void stop() {
        browser.close();
        egress.close();
        pages.close();
    }

    @Test
    void itFindsTheSameOnRandomPagesAndWhenTheyChange() {
        SideBySide.each(
                List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), StockEngineTest::findsTheSame);
    }

    private static void findsTheSame(int seed) throws Exception {
        var random = new RandomPages(seed);
        String url = pages.html("/random" + seed, random.page());
        onPage(
                url,
                (page, watch, deadline) -> {
                    assertSame(page, watch, deadline);
                    for (int change = 0; change < 2; change++) {
                        page.call(
                                "Runtime.evaluate",
                                Map.of("expression", random.mutation()),
                                deadline.left());
                        assertSame(page, watch, deadline);
                    }
                });
    }

    @Test
    void twoLooksAtAPageGiveNoNewFindingAndLoseNone() {
        SideBySide.each(List.of(21, 22, 23, 24, 25, 26), StockEngineTest::looksTwice);
    }

    private static void looksTwice(int seed) throws Exception {
        String url = pages.html("/twice" + seed, new RandomPages(seed).page());
        var looks = new ArrayList<List<String>>();
        for (int look = 0; look < 2; look++) {
            onPage(
                    url,
                    (page, watch, deadline) -> {
                        JsonNode results = ours(page, watch, deadline);
                        var fingerprint = new Fingerprint();
                        looks.add(
                                PageResults.findings(results.path("violations"), fingerprint)
                                        .stream()
                                        .map(Finding::getNodes)
                                        .flatMap(List::stream)
                                        .map(FindingNode::getFingerprint)
                                        .toList());
                    });
        }
        assertThat(looks.getFirst()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(looks.getLast()).containsExactlyInAnyOrderElementsOf(looks.getFirst());
    }

    private static void assertSame(CdpSession page, PageWatch watch, Deadline deadline)
            throws Exception {
        JsonNode stock =
                JsonMapper.shared()
                        .readTree(
                                World.of(page, page.targetId(), "stock", deadline)
                                        .evaluate(
                                                Scripts.read("/axe/axe.min.js")
                                                        + stock(
                                                                JsonMapper.shared()
                                                                        .writeValueAsString(TAGS)),
                                                deadline)
                                        .asString());
        JsonNode ours = ours(page, watch, deadline);
        assertThat(stock.path("violations")).isNotEmpty();
        for (String kind : List.of("violations", "needsReview")) {
            assertThat(told(ours.path(kind))).as(kind).isEqualTo(told(stock.path(kind)));
        }
        assertThat(ours.path("passes")).isEqualTo(stock.path("passes"));
        assertThat(ours.path("inapplicable")).isEqualTo(stock.path("inapplicable"));
    }

    /** Runs the untouched engine and tells what it finds in the shape of engine.js. */
    private static String stock(String tags) {
        return """
        ;(async () => {
          const results = await axe.run(document, {
            runOnly: {type: 'tag', values: %s}, resultTypes: ['violations', 'incomplete'], ancestry: true});
          const told = (rules) => rules.map((rule) => ({
            rule: rule.id, impact: rule.impact ?? null, nodeCount: rule.nodes.length,
            nodes: rule.nodes.map((node) => ({
              target: node.target.flat(Infinity), ancestry: node.ancestry.flat(Infinity), html: node.html,
              summary: node.failureSummary, impact: node.impact ?? null}))}));
          return JSON.stringify({violations: told(results.violations), needsReview: told(results.incomplete),
            passes: results.passes.length, inapplicable: results.inapplicable.length});
        })()
        """
                .formatted(tags);
    }

    private static List<String> told(JsonNode rules) {
        var told = new ArrayList<String>();
        for (JsonNode rule : rules) {
            for (JsonNode node : rule.path("nodes")) {
                told.add(
                        String.join(
                                " | ",
                                rule.path("rule").asString(),
                                rule.path("impact").asString(""),
                                node.path("impact").asString(""),
                                node.path("target").toString(),
                                node.path("ancestry").toString(),
                                node.path("html").asString(),
                                node.path("summary").asString("")));
            }
        }
        return told;
    }

    private static JsonNode ours(CdpSession page, PageWatch watch, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        return new Engine(JsonMapper.shared(), 1_000)
                .examine(page, watch, TAGS, deadline)
                .run()
                .results();
    }

    @FunctionalInterface
    private interface Look {
        void at(CdpSession page, PageWatch watch, Deadline deadline) throws Exception;
    }

    private static void onPage(String url, Look look) throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMinutes(2));
        var options = ScanOptions.newBuilder().build();
        try (ScanEgress way = proxy.open();
                SharedBrowser.Lease lease = browser.lease()) {
            Tab tab = Tab.create(lease.chrome(), way.proxyServer());
            try {
                var settings = new PageSettings(url, options, ScanSecrets.NONE, "Test");
                var secrets = new OriginSecrets(url, ScanSecrets.NONE);
                var watch = new PageWatch(way, settings, secrets, deadline);
                CdpSession page = tab.open(watch, settings, secrets, deadline);
                page.call("Page.navigate", Map.of("url", url), deadline.left());
                watch.awaitLoad(deadline, Duration.ofMillis(250));
                look.at(page, watch, deadline);
            } finally {
                lease.dispose(tab.context());
            }
        }
    }
}
