package io.stepfree.alerts.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.BreakerHealth;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.ops.Severity;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.PublishedReport;
import io.stepfree.schemas.scan.ReportChanges;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AlertTopologyTest {

    private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");

    private static RegistryClient registry;
    private static AvroSerdes serdes;

    private final Map<Metric, MetricPolicy> policies = new EnumMap<>(Metric.class);

    @TempDir private Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<String, ScanAttempt> attempts;
    private TestInputTopic<String, ScanResult> results;
    private TestInputTopic<String, DeadLetter> deaths;
    private TestInputTopic<String, ServiceSignal> signals;
    private TestInputTopic<String, OperatorCommand> orders;
    private TestInputTopic<String, ScanEvent> events;
    private TestOutputTopic<String, Alert> alerts;
    private Instant now = START;
    private int requests;

    @BeforeAll
    static void connect() {
        registry = new RegistryClient(RegistryEndpoint.of(TestRegistry.shared().url()));
        serdes = new AvroSerdes(registry);
    }

    @AfterAll
    static void disconnect() {
        registry.close();
    }

    @BeforeEach
    void open() {
        only(Metric.values());
    }

    /** Watches these metrics as they are by default, and no others. */
    private void only(Metric... metrics) {
        if (driver != null) {
            driver.close();
        }
        policies.clear();
        for (Metric metric : metrics) {
            policies.put(metric, enabled(metric.defaults()));
        }
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "alerts-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "not used");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(topology(), settings, now);
        attempts = input(Topics.SCAN_ATTEMPTS.name());
        results = input(Topics.SCAN_RESULTS.name());
        deaths = input(Topics.SCAN_DEAD_LETTERS.name());
        signals = input(Topics.OPS_SIGNALS.name());
        orders = input(Topics.OPS_COMMANDS.name());
        events = input(Topics.SCAN_EVENTS.name());
        alerts =
                driver.createOutputTopic(
                        Topics.OPS_ALERTS.name(),
                        new StringDeserializer(),
                        serdes.deserializer(Topics.OPS_ALERTS));
    }

    private static MetricPolicy enabled(MetricPolicy policy) {
        return new MetricPolicy(
                true,
                policy.threshold(),
                policy.critical(),
                policy.window(),
                policy.minimum(),
                policy.severity(),
                policy.cooldown());
    }

    private Topology topology() {
        var builder = new StreamsBuilder();
        new AlertTopology(serdes, policies, true).addTo(builder);
        return builder.build();
    }

    private <T extends SpecificRecord> TestInputTopic<String, T> input(String topic) {
        return driver.createInputTopic(topic, new StringSerializer(), serdes.serializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void everyStepHasANameOfItsOwn() {
        assertThat(topology().describe().toString())
                .contains("attempts", "attempt-samples", "death-samples", "watch", "alerts")
                .doesNotContain("KSTREAM-");
    }

    @Test
    void anIncidentIsToldWithAllThatIsKnownOfIt() {
        only(Metric.ERROR_RATE);
        completed(4, "bank.example");
        completed(1, "shop.example");
        failed(4, "shop.example", FailureType.TIMEOUT);
        look();
        assertThat(alerts.isEmpty()).isTrue();
        failed(1, "shop.example", FailureType.DNS);
        look();

        var told = alerts.readKeyValuesToList();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().key).isEqualTo("scans-failing");
        Alert alert = told.getFirst().value;
        assertThat(alert.getKey()).isEqualTo("scans-failing");
        assertThat(alert.getState()).isEqualTo(AlertState.FIRED);
        assertThat(alert.getSeverity()).isEqualTo(Severity.ERROR);
        assertThat(alert.getMetric()).isEqualTo("error-rate");
        assertThat(alert.getSubject()).isEmpty();
        assertThat(alert.getUnit()).isEqualTo("share");
        assertThat(alert.getAt()).isEqualTo(now);
        assertThat(alert.getSince()).isEqualTo(now);
        assertThat(alert.getValue()).isCloseTo(0.5, within(1e-9));
        assertThat(alert.getThreshold()).isEqualTo(0.5);
        assertThat(alert.getWindowMillis()).isEqualTo(60_000);
        assertThat(alert.getSamples()).isEqualTo(10);
        assertThat(alert.getFailuresByType()).isEqualTo(Map.of("timeout", 4L, "dns", 1L));
        assertThat(alert.getFailuresByHost()).isEqualTo(Map.of("shop.example", 5L));
        assertThat(alert.getFailuresByClient()).isEqualTo(Map.of("ada", 5L));
        assertThat(alert.getFailuresByWorker()).isEqualTo(Map.of("worker-1", 5L));
        assertThat(alert.getFailuresByEngine()).isEqualTo(Map.of("axe-core 4.14.1", 5L));
        assertThat(alert.getSampleRequestIds())
                .containsExactly("req-6", "req-7", "req-8", "req-9", "req-10");
        assertThat(alert.getSummary())
                .isEqualTo(
                        "50 % of the attempts at scans failed in the last 60 s (threshold 50 %). The failures gather in one place: host shop.example with 5 of 5.");
        assertThat(alert.getAction()).isNotEmpty();
    }

    @Test
    void itsEndIsToldOnce() {
        only(Metric.ERROR_RATE);
        failed(10, "shop.example", FailureType.TIMEOUT);
        look();
        Instant fired = now;
        alerts.readValue();
        advance(Duration.ofSeconds(29));
        completed(13, "shop.example");
        look();
        look();

        var told = alerts.readValuesToList();
        assertThat(told).hasSize(1);
        Alert alert = told.getFirst();
        assertThat(alert.getState()).isEqualTo(AlertState.RESOLVED);
        assertThat(alert.getSince()).isEqualTo(fired);
        assertThat(alert.getSummary())
                .isEqualTo(
                        "It is over after 30 s: 43 % of the attempts at scans failed in the last 60 s (threshold 50 %).");
    }

    @Test
    void anIncidentEndsByTheWallClockWhenNothingComesAnyMore() {
        only(Metric.ERROR_RATE);
        failed(10, "shop.example", FailureType.TIMEOUT);
        look();
        alerts.readValue();
        advance(Duration.ofSeconds(58));
        assertThat(alerts.isEmpty()).isTrue();
        advance(Duration.ofSeconds(1));

        Alert alert = alerts.readValue();
        assertThat(alert.getState()).isEqualTo(AlertState.RESOLVED);
        assertThat(alert.getSamples()).isZero();
        assertThat(alert.getSummary())
                .isEqualTo("It is over after 59 s: nothing was measured in the last 60 s.");
        advance(Duration.ofMinutes(10));
        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void cancelledAttemptsAndTombstonesSayNothing() {
        only(Metric.ERROR_RATE);
        completed(5, "shop.example");
        failed(50, "shop.example", FailureType.CANCELLED);
        attempts.pipeInput("shop.example", null, now);
        failed(4, "shop.example", FailureType.TIMEOUT);
        look();
        assertThat(alerts.isEmpty()).isTrue();
        failed(1, "shop.example", FailureType.TIMEOUT);
        look();

        assertThat(alerts.readValue().getSamples()).isEqualTo(10);
    }

    @Test
    void aBacklogOfOldFailuresIsNoIncident() {
        only(Metric.ERROR_RATE);
        for (int i = 0; i < 50; i++) {
            attempts.pipeInput(
                    "shop.example",
                    failure("shop.example", FailureType.TIMEOUT),
                    now.minus(Duration.ofMinutes(5)));
        }
        look();

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void anAttemptFromTheFutureCountsNow() {
        only(Metric.ERROR_RATE);
        for (int i = 0; i < 10; i++) {
            attempts.pipeInput(
                    "shop.example",
                    failure("shop.example", FailureType.TIMEOUT),
                    now.plus(Duration.ofMinutes(5)));
        }
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        advance(Duration.ofSeconds(60));

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aSiteThatGoesBadIsOneAlertHoweverManyThresholdsItCrosses() {
        completed(30, "bank.example");
        failed(12, "shop.example", FailureType.HTTP_ERROR);
        for (int i = 0; i < 60; i++) {
            look();
            died(1, "shop.example");
        }
        Alert fired = alerts.readValue();
        assertThat(fired.getKey()).isEqualTo("scans-failing");
        assertThat(fired.getMetric()).isEqualTo("host-error-rate");
        assertThat(fired.getSubject()).isEqualTo("shop.example");
        assertThat(fired.getSeverity()).isEqualTo(Severity.WARNING);
        assertThat(alerts.isEmpty()).isTrue();
        advance(Duration.ofMinutes(20));

        assertThat(alerts.readValuesToList())
                .extracting(Alert::getState)
                .containsExactly(AlertState.RESOLVED);
    }

    @Test
    void everyMetricHasAScenarioBelow() {
        assertThat(scenarios().map(scenario -> scenario.get()[0]))
                .containsExactlyInAnyOrder((Object[]) Metric.values());
    }

    static Stream<Arguments> scenarios() {
        return Stream.of(
                scenario(Metric.ERROR_RATE, t -> t.failed(10, "a.example", FailureType.DNS)),
                scenario(
                        Metric.HOST_ERROR_RATE,
                        t -> {
                            t.completed(90, "b.example");
                            t.failed(10, "a.example", FailureType.DNS);
                        }),
                scenario(
                        Metric.FAILURES_OF_TYPE,
                        t -> {
                            t.completed(15, "b.example");
                            t.failed(5, "a.example", FailureType.TLS);
                        }),
                scenario(
                        Metric.OWN_FAILURES,
                        t -> {
                            t.completed(18, "b.example");
                            t.failed(2, "a.example", FailureType.BROWSER_CRASH);
                        }),
                scenario(Metric.DEAD_LETTER_RATE, t -> t.died(50, "a.example")),
                scenario(Metric.DEAD_LETTERS_OF_PATTERN, t -> t.died(50, "a.example")),
                scenario(
                        Metric.SUSPECT_RESULTS,
                        t -> {
                            t.result(10, Validity.VALID);
                            t.result(10, Validity.SUSPECT);
                        }),
                scenario(Metric.SCAN_TIME_P95, t -> t.slow(20, Duration.ofSeconds(31))),
                scenario(
                        Metric.QUEUE_DEPTH,
                        t ->
                                t.hear(
                                        Duration.ofMinutes(5),
                                        "stepfree.scheduler.ledger.waiting",
                                        1e4)),
                scenario(
                        Metric.QUEUE_GROWTH,
                        t -> {
                            for (int waiting = 0; waiting <= 600; waiting++) {
                                t.hear("stepfree.scheduler.ledger.waiting", waiting * 10);
                                t.advance(Duration.ofSeconds(1));
                            }
                        }),
                scenario(
                        Metric.OLDEST_WAITING,
                        t ->
                                t.hear(
                                        Duration.ofMinutes(1),
                                        "stepfree.scheduler.waiting.oldest",
                                        3600)),
                scenario(
                        Metric.STANDSTILL,
                        t -> {
                            t.completed(1, "a.example");
                            t.hear(Duration.ofMinutes(16), "stepfree.scheduler.ledger.waiting", 1);
                        }),
                scenario(
                        Metric.CONSUMER_LAG,
                        t ->
                                t.hear(
                                        Duration.ofMinutes(5),
                                        "stepfree.kafka.lag.report-builder",
                                        1e4)),
                scenario(
                        Metric.SERVICE_SILENT,
                        t -> {
                            t.hearBoth(Duration.ofMinutes(2));
                            t.hearOurselves(Duration.ofMinutes(1));
                        }),
                scenario(
                        Metric.CAPACITY_LOST,
                        t -> {
                            t.hearWorker("worker-1", 4, Duration.ofMinutes(1));
                            t.hearWorker("worker-2", 2, Duration.ofMinutes(2));
                        }),
                scenario(
                        Metric.BROWSER_CRASHES,
                        t -> t.grow("scan-processor", "stepfree.browser.ends.crash", 10)),
                scenario(
                        Metric.BROWSER_RECYCLES,
                        t -> t.grow("scan-processor", "stepfree.browser.ends.memory", 60)),
                scenario(Metric.HEAP, t -> t.hearShare("jvm.memory", Duration.ofMinutes(2))),
                scenario(Metric.BREAKERS_OPEN, t -> t.hearBreakers(Duration.ofSeconds(30), "open")),
                scenario(
                        Metric.DATABASE_POOL,
                        t -> t.hearShare("hikaricp.connections", Duration.ofMinutes(1))),
                scenario(
                        Metric.CACHE_MISSES,
                        t -> t.grow("ingest-gateway", "stepfree.cache.misses", 200)),
                scenario(
                        Metric.REFUSED_REQUESTS,
                        t -> t.grow("ingest-gateway", "stepfree.requests.refused", 1000)),
                scenario(
                        Metric.REPORT_FAILURES,
                        t -> t.grow("report-builder", "stepfree.listener.failures", 5)),
                scenario(
                        Metric.LEDGER_IMBALANCE,
                        t -> t.hear("stepfree.scheduler.ledger.imbalance", 1)),
                scenario(Metric.SCANS_OVERDUE, t -> t.hear("stepfree.scheduler.overdue.open", 1)),
                scenario(Metric.REGRESSIONS, t -> t.changed(changes -> changes.setOpen(1))),
                scenario(
                        Metric.ALERTS_UNDELIVERED,
                        t -> t.grow("alert-processor", "stepfree.alerts.undelivered.slack", 1)),
                scenario(
                        Metric.NO_TRAFFIC,
                        t -> {
                            t.completed(1, "a.example");
                            t.advance(Duration.ofHours(1));
                        }));
    }

    private static Arguments scenario(Metric metric, Consumer<AlertTopologyTest> scenario) {
        return Arguments.of(metric, scenario);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void atItsThresholdEveryMetricIsAnAlertOfItsOwn(
            Metric metric, Consumer<AlertTopologyTest> scenario) {
        only(metric);
        scenario.accept(this);
        look();

        assertThat(alerts.isEmpty()).as("an alert").isFalse();
        Alert alert = alerts.readValue();
        assertThat(alert.getKey()).isEqualTo(metric.incident());
        assertThat(alert.getMetric()).isEqualTo(metric.label());
        assertThat(alert.getState()).isEqualTo(AlertState.FIRED);
        assertThat(alert.getSeverity()).isEqualTo(metric.defaults().severity());
        assertThat(alert.getValue()).isGreaterThanOrEqualTo(metric.defaults().threshold());
        assertThat(alert.getSummary()).doesNotContain("%1", "%2", "null").contains("threshold");
        assertThat(alerts.isEmpty()).as("only one").isTrue();
    }

    @Test
    void withNothingHappeningNothingIsAnAlertButThat() {
        only(EnumSet.complementOf(EnumSet.of(Metric.NO_TRAFFIC)).toArray(Metric[]::new));
        hear(Duration.ofMinutes(2), "stepfree.scheduler.ledger.waiting", 0);
        advance(Duration.ofHours(2));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void aServiceThatIsGoneIsToldAndSoIsItsReturn() {
        only(Metric.SERVICE_SILENT);
        hearBoth(Duration.ofMinutes(3));
        hearOurselves(Duration.ofSeconds(56));
        assertThat(alerts.isEmpty()).isTrue();
        hearOurselves(Duration.ofSeconds(6));

        var fired = alerts.readKeyValue();
        assertThat(fired.key).isEqualTo("service-gone");
        assertThat(fired.value.getSubject()).isEqualTo("report-builder");
        assertThat(fired.value.getSeverity()).isEqualTo(Severity.ERROR);
        assertThat(fired.value.getSummary())
                .startsWith("Nothing was heard of report-builder for 60.");
        hearOurselves(Duration.ofMinutes(10));
        assertThat(alerts.isEmpty()).as("told once").isTrue();

        hearBoth(Duration.ofSeconds(2));
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aReceiverThatRefusesEvenTheEndOfItsIncidentIsNoIncidentForEver() {
        only(Metric.ALERTS_UNDELIVERED);
        grow("alert-processor", "stepfree.alerts.undelivered.slack", 1);
        look();
        Alert fired = alerts.readValue();
        assertThat(fired.getSubject()).isEqualTo("slack");
        assertThat(fired.getSummary())
                .isEqualTo("slack refused 1 alert for good in the last 15 min (threshold 1).");

        advance(Duration.ofMinutes(15));
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
        signal(
                "alert-processor",
                "alert-processor-1",
                0,
                Map.of("stepfree.alerts.undelivered.slack", 6.0));
        for (int minute = 0; minute < 60; minute++) {
            advance(Duration.ofMinutes(1));
        }
        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void oneInstanceThatGoesIsNoServiceThatIsGone() {
        only(Metric.SERVICE_SILENT);
        signal("report-builder", "reports-0", 0, Map.of());
        hearBoth(Duration.ofMinutes(5));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void nobodyIsMissedWhileNobodyAtAllIsHeardNorJustAfter() {
        only(Metric.SERVICE_SILENT);
        hearBoth(Duration.ofMinutes(3));
        advance(Duration.ofMinutes(10));
        hearOurselves(Duration.ofSeconds(110));
        assertThat(alerts.isEmpty()).as("the others may just be slower").isTrue();
        hearOurselves(Duration.ofSeconds(12));

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void anOpenBreakerIsNamedWithItsServiceAndInstance() {
        only(Metric.BREAKERS_OPEN);
        hearBreakers(Duration.ofSeconds(32), "open");
        Alert fired = alerts.readValue();
        assertThat(fired.getSubject()).isEqualTo("ingest-gateway/database");
        assertThat(fired.getSummary())
                .isEqualTo(
                        "The breaker ingest-gateway/database was open in 1 of its instances in the last 30 s (threshold 1). Look at: ingest-gateway-1.");

        hearBreakers(Duration.ofSeconds(4), "closed");
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void theServiceWhoseHeapIsFullIsNamed() {
        only(Metric.HEAP);
        for (int i = 0; i < 62; i++) {
            signal(
                    "scan-processor",
                    "worker-1",
                    1,
                    Map.of("jvm.memory.used", 10.0, "jvm.memory.max", 100.0));
            hearShare("jvm.memory", Duration.ofSeconds(2));
        }

        Alert fired = alerts.readValue();
        assertThat(fired.getSubject()).isEqualTo("report-builder");
        assertThat(fired.getSummary())
                .isEqualTo(
                        "report-builder used 96 % of its heap in the last 2 min (threshold 95 %). Look at: reports-1.");
    }

    @Test
    void theWorkersThatAreGoneAreNamed() {
        only(Metric.CAPACITY_LOST);
        for (int i = 0; i < 30; i++) {
            signal("scan-processor", "worker-1", 4, Map.of());
            hearWorker("worker-2", 2, Duration.ofSeconds(2));
        }
        hearWorker("worker-2", 2, Duration.ofMinutes(2));

        assertThat(alerts.readValue().getSummary()).endsWith(" Gone: worker-1.");
    }

    @Test
    void theWorkersWhoseBrowsersDieAreNamed() {
        only(Metric.BROWSER_CRASHES);
        signal("scan-processor", "worker-1", 1, Map.of("stepfree.browser.ends.crash", 0.0));
        signal("scan-processor", "worker-2", 1, Map.of("stepfree.browser.ends.hang", 0.0));
        signal("scan-processor", "worker-1", 1, Map.of("stepfree.browser.ends.crash", 9.0));
        signal("scan-processor", "worker-2", 1, Map.of("stepfree.browser.ends.hang", 2.0));
        look();

        assertThat(alerts.readValue().getSummary())
                .endsWith(" Most in worker-1 (9), worker-2 (2).");
    }

    @Test
    void aQueueThatWasDeepOnlyForAMomentIsNoAlert() {
        only(Metric.QUEUE_DEPTH);
        hear(Duration.ofMinutes(4), "stepfree.scheduler.ledger.waiting", 20_000);
        hear("stepfree.scheduler.ledger.waiting", 5);
        advance(Duration.ofSeconds(1));
        hear(Duration.ofMinutes(4), "stepfree.scheduler.ledger.waiting", 20_000);

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void whenAllWorkersStayAwayTheLossIsNotOver() {
        only(Metric.CAPACITY_LOST);
        hearWorker("worker-1", 4, Duration.ofMinutes(2));
        hear(Duration.ofMinutes(30), "stepfree.scheduler.ledger.waiting", 0);
        assertThat(alerts.readValuesToList())
                .extracting(Alert::getState)
                .containsExactly(AlertState.FIRED);
        hearWorker("worker-2", 4, Duration.ofMinutes(1));

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void twoInstancesOfOneWorkerForAMomentAreNoCapacityToLose() {
        only(Metric.CAPACITY_LOST);
        hearWorker("worker-1", 4, Duration.ofMinutes(2));
        hearWorker("worker-2", 4, Duration.ofMinutes(10));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void hearingNobodyAtAllIsNoLostCapacity() {
        only(Metric.CAPACITY_LOST);
        hearWorker("worker-1", 4, Duration.ofMinutes(2));
        advance(Duration.ofMinutes(5));
        hearWorker("worker-1", 4, Duration.ofMinutes(2));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void aSchedulerThatStartsAndHasNoBooksYetEndsNoQueue() {
        only(Metric.QUEUE_DEPTH);
        hear(Duration.ofMinutes(6), "stepfree.scheduler.ledger.waiting", 20_000);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        signal(
                "scan-scheduler",
                "scheduler-1",
                0,
                Map.of(
                        "stepfree.scheduler.ledger.partitions",
                        0.0,
                        "stepfree.scheduler.ledger.waiting",
                        0.0));
        look();

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void aWorkerThatWasOnlyRestartedIsNoLostCapacity() {
        only(Metric.CAPACITY_LOST);
        hearWorker("worker-1", 4, Duration.ofMinutes(2));
        advance(Duration.ofSeconds(40));
        hearWorker("worker-2", 4, Duration.ofMinutes(2));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void overdueScansOfAllSchedulersAreAddedUp() {
        only(Metric.SCANS_OVERDUE);
        hearBooks("scheduler-1", 6, null, 0.0);
        hearBooks("scheduler-2", 6, null, 4.0);
        look();
        assertThat(alerts.readValue().getValue()).isEqualTo(4);

        hearBooks("scheduler-1", 6, null, 1.0);
        hearBooks("scheduler-2", 6, null, 0.0);
        look();
        assertThat(alerts.isEmpty()).as("one is still overdue").isTrue();
        hearBooks("scheduler-1", 6, null, 0.0);
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void theIncidentOfASchedulerThatIsGoneEndsWhenAnotherHasItsBooks() {
        only(Metric.LEDGER_IMBALANCE);
        hearBooks("scheduler-1", 12, 1.0, 0.0);
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        advance(Duration.ofSeconds(30));
        assertThat(alerts.isEmpty()).as("silence is no proof").isTrue();

        hearBooks("scheduler-2", 6, 0.0, 0.0);
        look();
        assertThat(alerts.isEmpty()).as("half of the books are no proof").isTrue();
        hearBooks("scheduler-3", 6, 0.0, 0.0);
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aSchedulerThatDoesNotKnowYetEndsNoIncident() {
        only(Metric.LEDGER_IMBALANCE);
        hearBooks("scheduler-1", 12, 1.0, 1.0);
        look();
        alerts.readValue();
        hearBooks("scheduler-1", 12, null, null);
        look();
        advance(Duration.ofSeconds(5));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void aServiceWhoseClockIsBehindIsHeard() {
        only(Metric.LEDGER_IMBALANCE);
        for (int i = 0; i < 2; i++) {
            advance(Duration.ofSeconds(2));
            signals.pipeInput(
                    "scheduler-1", scheduler("scheduler-1", 12, 1.0, 0.0), now.minusSeconds(3_600));
        }
        look();

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void whatWasSaidDuringAnOutageOfOursSaysNothingOfNow() {
        only(Metric.LEDGER_IMBALANCE);
        for (int second = 60; second > 10; second -= 2) {
            signals.pipeInput(
                    "scheduler-1",
                    scheduler("scheduler-1", 12, 1.0, 0.0),
                    now.minusSeconds(second));
        }
        look();
        assertThat(alerts.isEmpty()).isTrue();

        hearBooks("scheduler-1", 12, 1.0, 0.0);
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void aTestIsToldFromBeginningToEnd() {
        order("alert-processor", order(OperatorCommandKind.TEST_ALERT).build());

        var told = alerts.readKeyValuesToList();
        assertThat(told)
                .extracting(one -> one.value.getState())
                .containsExactly(AlertState.FIRED, AlertState.RESOLVED);
        assertThat(told)
                .allSatisfy(one -> {
                    assertThat(one.key).isEqualTo("test/order-1");
                    assertThat(one.value.getSummary())
                            .isEqualTo(
                                    "This is only a test, ordered by ada. Reason: does it ring?");
                });
    }

    @Test
    void anOldTestAndTheOrdersOfOthersAreLeftOut() {
        order("dlq-processor", order(OperatorCommandKind.TEST_ALERT).build());
        orders.pipeInput(
                "alert-processor",
                order(OperatorCommandKind.TEST_ALERT).build(),
                now.minus(Duration.ofHours(1)));
        order("alert-processor", order(OperatorCommandKind.PURGE).build());
        order("alert-processor", order(OperatorCommandKind.SILENCE).build());

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void whatAnOperatorSilencedIsNotToldUntilThen() {
        only(Metric.ERROR_RATE);
        order(
                "alert-processor",
                order(OperatorCommandKind.SILENCE)
                        .setAlert("error-rate")
                        .setUntil(now.plusSeconds(30))
                        .build());
        failed(10, "shop.example", FailureType.TIMEOUT);
        advance(Duration.ofSeconds(29));
        assertThat(alerts.isEmpty()).isTrue();
        advance(Duration.ofSeconds(1));

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void aSilenceEndsWhenAnOperatorSaysSo() {
        only(Metric.ERROR_RATE);
        order(
                "alert-processor",
                order(OperatorCommandKind.SILENCE)
                        .setAlert("*")
                        .setUntil(now.plusSeconds(3_600))
                        .build());
        failed(10, "shop.example", FailureType.TIMEOUT);
        look();
        order("alert-processor", order(OperatorCommandKind.END_SILENCE).setAlert("*").build());
        look();

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void aPageThatGotWorseIsToldOnceAndIsOverWhenItIsFixed() {
        only(Metric.REGRESSIONS);
        changed(changes -> changes.setFresh(2));
        look();
        assertThat(alerts.isEmpty()).as("seen once").isTrue();
        changed(changes -> changes.setOpen(2));
        look();

        Alert fired = alerts.readValue();
        assertThat(fired.getState()).isEqualTo(AlertState.FIRED);
        assertThat(fired.getKey()).isEqualTo("pages-worse");
        assertThat(fired.getSubject()).isEqualTo("shop.example");
        assertThat(fired.getValue()).isEqualTo(2);
        assertThat(fired.getSummary())
                .isEqualTo(
                        "2 serious or critical violations on shop.example were new and had not been fixed (threshold 1).");
        assertThat(fired.getAction())
                .startsWith(
                        "List them: 'GET /api/findings?state=new&host=shop.example'; it is over");

        // Told again, by a service that crashed between the event and its mark.
        changed(changes -> changes.setOpen(2));
        advance(Duration.ofHours(2));
        look();
        changed(changes -> changes.setOpen(1));
        look();
        assertThat(alerts.isEmpty()).isTrue();
        changed(changes -> changes.setOpen(0));
        look();
        Alert resolved = alerts.readValue();
        assertThat(resolved.getState()).isEqualTo(AlertState.RESOLVED);
        assertThat(resolved.getSummary()).isEqualTo("It is over after 2 h 0 min.");
    }

    @Test
    void anotherHostThatGotWorseIsToldWhileTheFirstOneStands() {
        only(Metric.REGRESSIONS);
        changed(changes -> changes.setOpen(2));
        look();
        assertThat(alerts.readValue().getSummary()).doesNotContain("hosts in all");
        changed(changes -> changes.setHost("bank.example").setPage("other").setOpen(1));
        look();

        Alert joined = alerts.readValue();
        assertThat(joined.getKey()).isEqualTo("pages-worse");
        assertThat(joined.getState()).isEqualTo(AlertState.ESCALATED);
        assertThat(joined.getSubject()).isEqualTo("bank.example");
        assertThat(joined.getAlso()).containsExactly("regressions/shop.example");
        assertThat(joined.getSummary())
                .isEqualTo(
                        "1 serious or critical violation on bank.example was new and had not been fixed (threshold 1). There are such on 2 hosts in all.");
        look();
        changed(changes -> changes.setHost("bank.example").setPage("other").setOpen(0));
        look();
        assertThat(alerts.isEmpty()).as("the first one stands").isTrue();
        changed(changes -> changes.setHost("bank.example").setPage("other").setOpen(1));
        look();
        assertThat(alerts.readValue().getSubject()).as("again").isEqualTo("bank.example");
    }

    @Test
    void aWorkersClockThatIsAheadDoesNotKeepAnAlert() {
        only(Metric.REGRESSIONS);
        changed(changes -> changes.setOpen(2), now.plus(Duration.ofDays(365)));
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        changed(changes -> changes.setOpen(0));
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void anErasedClientsPagesAreForgottenAndWhatIsNoChangeSaysNothing() {
        only(Metric.REGRESSIONS);
        events.pipeInput("scan-0", published(null, now), now);
        events.pipeInput("scan-0", null, now);
        changed(changes -> changes.setOpen(1));
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);

        order("every-service", order(OperatorCommandKind.ERASE_CLIENT).setClient("acme").build());
        look();
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    private void changed(Consumer<ReportChanges.Builder> changed) {
        changed(changed, now);
    }

    private void changed(Consumer<ReportChanges.Builder> changed, Instant seen) {
        var changes =
                ReportChanges.newBuilder()
                        .setClient("acme")
                        .setHost("shop.example")
                        .setPage("page")
                        .setSubmittedAt(now);
        changed.accept(changes);
        events.pipeInput("scan-1", published(changes.build(), seen), now);
    }

    private ScanEvent published(@Nullable ReportChanges changes, Instant seen) {
        return ScanEvent.newBuilder()
                .setScanId("scan-1")
                .setRequestId("req-1")
                .setKind(EventKind.REPORT_PUBLISHED)
                .setAt(now)
                .setReport(
                        PublishedReport.newBuilder()
                                .setCompletedAt(seen)
                                .setChanges(changes)
                                .build())
                .build();
    }

    private void look() {
        advance(Duration.ofSeconds(1));
    }

    private void advance(Duration time) {
        driver.advanceWallClockTime(time);
        now = now.plus(time);
    }

    private void completed(int count, String host) {
        for (int i = 0; i < count; i++) {
            attempts.pipeInput(host, attempt(now).setPage(page(Validity.VALID)).build(), now);
        }
    }

    private void slow(int count, Duration time) {
        for (int i = 0; i < count; i++) {
            attempts.pipeInput(
                    "a.example",
                    attempt(now.minus(time)).setPage(page(Validity.VALID)).build(),
                    now);
        }
    }

    private void failed(int count, String host, FailureType type) {
        for (int i = 0; i < count; i++) {
            attempts.pipeInput(host, failure(host, type), now);
        }
    }

    private ScanAttempt failure(String host, FailureType type) {
        return attempt(now)
                .setFailure(Failure.newBuilder().setType(type).setMessage(host + " failed").build())
                .build();
    }

    private ScanAttempt.Builder attempt(Instant started) {
        requests++;
        return ScanAttempt.newBuilder()
                .setScanId("scan-" + requests)
                .setRequestId("req-" + requests)
                .setAttempt(1)
                .setWorker("worker-1")
                .setClient("ada")
                .setEngine("axe-core 4.14.1")
                .setStartedAt(started)
                .setEndedAt(now);
    }

    private void died(int count, String host) {
        for (int i = 0; i < count; i++) {
            requests++;
            deaths.pipeInput(
                    host,
                    DeadLetter.newBuilder()
                            .setRequest(request(host))
                            .setFailures(
                                    List.of(
                                            AttemptFailure.newBuilder()
                                                    .setAttempt(1)
                                                    .setWorker("worker-1")
                                                    .setStartedAt(now)
                                                    .setFailedAt(now)
                                                    .setFailure(
                                                            Failure.newBuilder()
                                                                    .setType(FailureType.HTTP_ERROR)
                                                                    .setMessage(
                                                                            "https://%s/%d answered with status 503"
                                                                                    .formatted(
                                                                                            host,
                                                                                            requests))
                                                                    .build())
                                                    .build()))
                            .setDiedAt(now)
                            .build(),
                    now);
        }
    }

    private void result(int count, Validity validity) {
        for (int i = 0; i < count; i++) {
            results.pipeInput(
                    "a.example",
                    ScanResult.newBuilder()
                            .setRequest(request("a.example"))
                            .setAttempt(1)
                            .setWorker("worker-1")
                            .setStartedAt(now)
                            .setCompletedAt(now)
                            .setEarlierFailures(List.of())
                            .setPage(page(validity))
                            .build(),
                    now);
        }
    }

    private ScanRequest request(String host) {
        return ScanRequest.newBuilder()
                .setScanId("scan-" + requests)
                .setRequestId("req-" + requests)
                .setUrl("https://" + host + "/")
                .setHost(host)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(now)
                .build();
    }

    private static PageResult page(Validity validity) {
        return PageResult.newBuilder()
                .setFinalUrl("https://example.org/")
                .setTitle("")
                .setHttpStatus(200)
                .setLanguage("")
                .setEngine("")
                .setBrowser("")
                .setViolations(List.of())
                .setNeedsReview(List.of())
                .setPasses(1)
                .setInapplicable(0)
                .setWarnings(List.of())
                .setTimings(Map.of())
                .setValidity(validity)
                .build();
    }

    /** A scheduler that keeps all books says this of itself. */
    private void hear(String gauge, double value) {
        signal(
                "scan-scheduler",
                "scheduler-1",
                0,
                Map.of("stepfree.scheduler.ledger.partitions", 12.0, gauge, value));
    }

    /** It says so every two seconds for this time. */
    private void hear(Duration time, String gauge, double value) {
        for (long second = 0; second < time.toSeconds(); second += 2) {
            hear(gauge, value);
            advance(Duration.ofSeconds(1));
            advance(Duration.ofSeconds(1));
        }
    }

    private void hearShare(String gauge, Duration time) {
        for (long second = 0; second < time.toSeconds(); second += 2) {
            signal(
                    "report-builder",
                    "reports-1",
                    0,
                    Map.of(
                            gauge + (gauge.startsWith("jvm") ? ".used" : ".active"),
                            96.0,
                            gauge + ".max",
                            100.0));
            advance(Duration.ofSeconds(2));
        }
    }

    /** A gateway says this of its breaker before the database. */
    private void hearBreakers(Duration time, String state) {
        for (long second = 0; second < time.toSeconds(); second += 2) {
            signals.pipeInput(
                    "ingest-gateway-1",
                    ServiceSignal.newBuilder(
                                    signalOf("ingest-gateway", "ingest-gateway-1", 0, Map.of()))
                            .setBreakers(
                                    List.of(
                                            BreakerHealth.newBuilder()
                                                    .setName("database")
                                                    .setState(state)
                                                    .setFailures(5)
                                                    .setTrips(1)
                                                    .build()))
                            .build(),
                    now);
            advance(Duration.ofSeconds(2));
        }
    }

    /** The alert-processor hears its own signals, too. */
    private void hearOurselves(Duration time) {
        for (long second = 0; second < time.toSeconds(); second += 2) {
            signal("alert-processor", "alerts-1", 0, Map.of());
            advance(Duration.ofSeconds(2));
        }
    }

    private void hearBoth(Duration time) {
        for (long second = 0; second < time.toSeconds(); second += 2) {
            signal("report-builder", "reports-1", 0, Map.of());
            hearOurselves(Duration.ofSeconds(2));
        }
    }

    private void hearWorker(String instance, int slots, Duration time) {
        for (long second = 0; second < time.toSeconds(); second += 2) {
            signal("scan-processor", instance, slots, Map.of());
            advance(Duration.ofSeconds(2));
        }
    }

    /** The counter stands at 3 and then at so much more. */
    private void grow(String service, String counter, double by) {
        signal(service, service + "-1", 0, Map.of(counter, 3.0));
        advance(Duration.ofSeconds(2));
        signal(service, service + "-1", 0, Map.of(counter, 3 + by));
    }

    private void hearBooks(
            String instance, int partitions, @Nullable Double imbalance, @Nullable Double overdue) {
        signals.pipeInput(instance, scheduler(instance, partitions, imbalance, overdue), now);
    }

    private ServiceSignal scheduler(
            String instance, int partitions, @Nullable Double imbalance, @Nullable Double overdue) {
        var gauges = new HashMap<String, Double>();
        gauges.put("stepfree.scheduler.ledger.partitions", (double) partitions);
        if (imbalance != null) {
            gauges.put("stepfree.scheduler.ledger.imbalance", imbalance);
        }
        if (overdue != null) {
            gauges.put("stepfree.scheduler.overdue.open", overdue);
        }
        return signalOf("scan-scheduler", instance, 0, gauges);
    }

    private void signal(String service, String instance, int slots, Map<String, Double> gauges) {
        signals.pipeInput(instance, signalOf(service, instance, slots, gauges), now);
    }

    private ServiceSignal signalOf(
            String service, String instance, int slots, Map<String, Double> gauges) {
        return ServiceSignal.newBuilder()
                .setService(service)
                .setInstance(instance)
                .setAt(now)
                .setSlots(slots)
                .setGauges(gauges)
                .build();
    }

    private void order(String addressee, OperatorCommand order) {
        orders.pipeInput(addressee, order, now);
    }

    private OperatorCommand.Builder order(OperatorCommandKind kind) {
        return OperatorCommand.newBuilder()
                .setCommandId("order-1")
                .setRequestId("req-1")
                .setKind(kind)
                .setOrderedBy("ada")
                .setReason("does it ring?")
                .setOrderedAt(now);
    }
}
