package io.stepfree.standalone.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.metric.Equation;
import io.stepfree.platform.metric.MeterKind;
import io.stepfree.platform.metric.OwnMeter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the services of a running pipeline tell Prometheus, after a scan that completed and one that
 * became a dead letter, held against the catalogue, the rules and the dashboards.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExportedMetricsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Meters that are there only once something rare has happened. */
    private static final Set<OwnMeter> RARE =
            Set.of(
                    OwnMeter.EGRESS_REFUSED,
                    OwnMeter.ERASURE_ERASED,
                    OwnMeter.GATEWAY_CALLBACKS,
                    OwnMeter.GATEWAY_SCHEDULE_RUNS,
                    OwnMeter.LISTENER_FAILURES,
                    OwnMeter.RECORDS_UNREADABLE,
                    OwnMeter.RECOVERIES);

    /** What the client writes beside a series: Prometheus itself, or the histogram. */
    private static final Set<String> SCRAPED = Set.of("job", "instance", "le");

    /** What Prometheus itself adds. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

    private TargetSite site;
    private Pipeline pipeline;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        site = new TargetSite();
        pipeline = new Pipeline(folder, site.target());
        try (var api = new Api(pipeline.address("ingest-gateway"))) {
            String good = api.accepted(site.url("/good"), "metrics-1");
            String bad = api.accepted(site.url("/missing"), "metrics-2");
            await().atMost(PATIENCE).until(() -> api.scan(good).has("report"));
            await().atMost(PATIENCE).until(() -> api.status(bad).equals("dead_lettered"));
        }
        await("the lag is known")
                .atMost(PATIENCE)
                .until(() -> tells("alert-processor", OwnMeter.KAFKA_LAG));
        await("the clients' books are told")
                .atMost(PATIENCE)
                .until(() -> tells("scan-scheduler", OwnMeter.SCHEDULER_LEDGER_CLIENT));
    }

    @AfterAll
    void stop() {
        pipeline.close();
        site.close();
    }

    private boolean tells(String service, OwnMeter meter) {
        return pipeline.scrape(service).names().contains(meter.prometheusName());
    }

    @Test
    void nothingOfOursIsToldThatTheCatalogueDoesNotKnow() {
        Map<String, OwnMeter> known =
                Arrays.stream(OwnMeter.values())
                        .collect(Collectors.toMap(OwnMeter::prometheusName, Function.identity()));
        for (String service : Pipeline.names()) {
            Scrape scrape = pipeline.scrape(service);
            scrape.types().keySet().stream()
                    .filter(family -> family.startsWith("stepfree"))
                    // A timer's greatest value is a family of its own.
                    .filter(family -> !family.endsWith("_seconds_max"))
                    .forEach(family -> {
                        OwnMeter meter = known.get(family);
                        if (meter == null) {
                            throw new AssertionError(
                                    "the catalogue knows no %s of %s".formatted(family, service));
                        }
                        assertAsDeclared(scrape, family, meter);
                        assertThat(meter.service()).as("who has %s", family).isIn("", service);
                    });
        }
    }

    private static void assertAsDeclared(Scrape scrape, String family, OwnMeter meter) {
        assertThat(scrape.help().get(family)).as(family).isEqualTo(meter.description());
        assertThat(scrape.types().get(family))
                .as(family)
                .isEqualTo(
                        switch (meter.kind()) {
                            case COUNTER -> "counter";
                            case GAUGE -> "gauge";
                            case TIMER -> "histogram";
                        });
        scrape.series(seriesOf(meter))
                .forEach(series -> {
                    var labels = new TreeSet<>(series.labels().keySet());
                    labels.remove("le");
                    assertThat(labels).as(series.name()).hasSameElementsAs(meter.tags());
                });
    }

    @Test
    void allOfTheCatalogueIsToldButForWhatIsRare() {
        Set<String> told = told();

        for (OwnMeter meter : OwnMeter.values()) {
            if (!RARE.contains(meter)) {
                assertThat(told).as(meter.meterName()).containsAll(seriesOf(meter));
            }
        }
    }

    @Test
    void noTagHoldsAnAddressOrAHost() throws Exception {
        String machine = InetAddress.getLocalHost().getHostName();
        for (String service : Pipeline.names()) {
            for (Scrape.Series series : pipeline.scrape(service).all()) {
                series.labels()
                        .forEach((tag, value) ->
                                assertThat(value)
                                        .as("%s of %s in %s", tag, series.name(), service)
                                        .doesNotContain("://")
                                        .doesNotContain("127.0.0.1")
                                        .doesNotContain("localhost")
                                        .doesNotContain("secret")
                                        .doesNotContain("/good")
                                        .isNotEqualTo(machine));
            }
        }
    }

    @Test
    void theEquationsHold() {
        for (Equation equation : Equation.values()) {
            await(equation.name())
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        Map<String, Scrape> scrapes = scrapes();
                        assertThat(equation.gap(term -> measured(scrapes, term)))
                                .as(equation.text())
                                .isZero();
                    });
        }
        assertThat(measured(scrapes(), OwnMeter.SCHEDULER_COMPLETED)).isEqualTo(1);
        assertThat(measured(scrapes(), OwnMeter.SCHEDULER_DEAD_LETTERED)).isEqualTo(1);
        assertThat(measured(scrapes(), OwnMeter.BROWSER_STARTS)).isPositive();
    }

    @Test
    void theGatewayShowsClientsNoMoreOfItselfThanBefore() {
        for (String closed : List.of("env", "beans", "configprops", "loggers", "heapdump")) {
            assertThat(
                            pipeline.get(
                                            pipeline.address("ingest-gateway")
                                                    .resolve("/actuator/" + closed),
                                            "application/json")
                                    .statusCode())
                    .as(closed)
                    .isEqualTo(404);
        }
    }

    @Test
    void theRulesAndDashboardsAskForNothingThatIsNotTold() throws Exception {
        Set<String> there = told();
        there.addAll(Queries.recorded());
        RARE.forEach(meter -> there.addAll(seriesOf(meter)));
        there.addAll(OF_PROMETHEUS);
        var labels = new HashSet<>(SCRAPED);
        scrapes().values().forEach(scrape -> labels.addAll(scrape.labels()));
        RARE.forEach(meter -> labels.addAll(meter.tags()));
        labels.addAll(Set.of("alertname", "alertstate"));

        assertThat(Queries.all()).hasSizeGreaterThan(90);
        for (Queries.Query query : Queries.all()) {
            assertThat(query.series()).as(query.where()).isNotEmpty().isSubsetOf(there);
            assertThat(query.labels()).as(query.where()).isSubsetOf(labels);
        }
    }

    @Test
    void aMisspeltNameInAQueryIsFound() {
        var query =
                new Queries.Query(
                        "here",
                        "sum by (le, step) (rate(stepfree_browser_lader_seconds_bucket{kind=~\"a|b\"}[5m])) > 0.5 and on () (stepfree:lag:max or vector(0)) unless up offset 10m");

        assertThat(query.series())
                .containsExactlyInAnyOrder(
                        "stepfree_browser_lader_seconds_bucket", "stepfree:lag:max", "up");
        assertThat(query.labels()).containsExactlyInAnyOrder("le", "step", "kind");
    }

    private Map<String, Scrape> scrapes() {
        var scrapes = new LinkedHashMap<String, Scrape>();
        Pipeline.names().forEach(service -> scrapes.put(service, pipeline.scrape(service)));
        return scrapes;
    }

    private static double measured(Map<String, Scrape> scrapes, OwnMeter meter) {
        return measured(scrapes, new Equation.Term(false, meter, "", "", ""));
    }

    private static double measured(Map<String, Scrape> scrapes, Equation.Term term) {
        return requireNonNull(scrapes.get(term.meter().service()))
                .series(Set.of(term.series()))
                .filter(series ->
                        term.tag().isEmpty()
                                || term.value().equals(series.labels().get(term.tag())))
                .mapToDouble(Scrape.Series::value)
                .sum();
    }

    /** The names of all series that any service tells. */
    private Set<String> told() {
        return scrapes().values().stream()
                .flatMap(scrape -> scrape.names().stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> seriesOf(OwnMeter meter) {
        String name = meter.prometheusName();
        return meter.kind() == MeterKind.TIMER
                ? Set.of(name + "_count", name + "_sum", name + "_bucket")
                : Set.of(name);
    }
}
