package io.stepfree.alerts.errorrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorRateTopologyTest {

    private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");
    private static final ErrorRatePolicy POLICY =
            new ErrorRatePolicy(Duration.ofMinutes(1), 0.5, 10, Severity.CRITICAL);

    private static RegistryClient registry;
    private static AvroSerdes serdes;

    @TempDir private Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<String, ScanAttempt> attempts;
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
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "error-rate-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "not used");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        var builder = new StreamsBuilder();
        new ErrorRateTopology(serdes, POLICY).addTo(builder);
        driver = new TopologyTestDriver(builder.build(), settings, now);
        attempts =
                driver.createInputTopic(
                        Topics.SCAN_ATTEMPTS.name(), new StringSerializer(), serdes.serializer());
        alerts =
                driver.createOutputTopic(
                        Topics.OPS_ALERTS.name(),
                        new StringDeserializer(),
                        serdes.deserializer(Topics.OPS_ALERTS));
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void anIncidentIsToldOnceWhenTheThresholdIsReached() {
        completed(5);
        failed(4, FailureType.TIMEOUT);
        assertThat(alerts.isEmpty()).isTrue();
        failed(1, FailureType.DNS);
        failed(5, FailureType.DNS);

        var told = alerts.readKeyValuesToList();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().key).isEqualTo("error-rate");
        Alert alert = told.getFirst().value;
        assertThat(alert.getKey()).isEqualTo("error-rate");
        assertThat(alert.getState()).isEqualTo(AlertState.FIRED);
        assertThat(alert.getSeverity()).isEqualTo(Severity.CRITICAL);
        assertThat(alert.getAt()).isEqualTo(START);
        assertThat(alert.getSince()).isEqualTo(START);
        assertThat(alert.getValue()).isCloseTo(0.5, within(1e-9));
        assertThat(alert.getThreshold()).isEqualTo(0.5);
        assertThat(alert.getWindowMillis()).isEqualTo(60_000);
        assertThat(alert.getSamples()).isEqualTo(10);
        assertThat(alert.getFailuresByType()).isEqualTo(Map.of("TIMEOUT", 4L, "DNS", 1L));
        assertThat(alert.getSampleRequestIds())
                .containsExactly("req-6", "req-7", "req-8", "req-9", "req-10");
        assertThat(alert.getSummary())
                .isEqualTo(
                        "5 of 10 attempts at scans failed in the last 60 s: 50 %, threshold 50 %.");
    }

    @Test
    void everyStepHasANameOfItsOwn() {
        var builder = new StreamsBuilder();
        new ErrorRateTopology(serdes, POLICY).addTo(builder);
        assertThat(builder.build().describe().toString())
                .contains("attempts", "failed-or-not", "attempt-samples", "watch-error-rate")
                .doesNotContain("KSTREAM-");
    }

    @Test
    void fewFailuresAreNoIncidentHoweverHighTheirShare() {
        failed(9, FailureType.TIMEOUT);
        advance(Duration.ofSeconds(5));

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void aRateBelowTheThresholdIsNoIncident() {
        completed(60);
        failed(50, FailureType.TIMEOUT);

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void cancelledAttemptsSayNothing() {
        completed(5);
        failed(50, FailureType.CANCELLED);
        failed(4, FailureType.TIMEOUT);
        assertThat(alerts.isEmpty()).isTrue();
        failed(1, FailureType.TIMEOUT);

        assertThat(alerts.readValue().getSamples()).isEqualTo(10);
    }

    @Test
    void aTombstoneIsPassedOver() {
        attempts.pipeInput("example.org", null, now);
        failed(10, FailureType.TIMEOUT);

        assertThat(alerts.readValue().getSamples()).isEqualTo(10);
    }

    @Test
    void anIncidentEndsOnceWhenTheRateFallsBelowTheThreshold() {
        failed(10, FailureType.TIMEOUT);
        alerts.readValue();
        advance(Duration.ofSeconds(10));
        completed(10);
        assertThat(alerts.isEmpty()).isTrue();
        completed(5);

        var told = alerts.readValuesToList();
        assertThat(told).hasSize(1);
        Alert alert = told.getFirst();
        assertThat(alert.getState()).isEqualTo(AlertState.RESOLVED);
        assertThat(alert.getSince()).isEqualTo(START);
        assertThat(alert.getAt()).isEqualTo(START.plusSeconds(10));
        assertThat(alert.getSamples()).isEqualTo(21);
    }

    @Test
    void anIncidentEndsByTheWallClockWhenNothingComesAnyMore() {
        failed(10, FailureType.TIMEOUT);
        alerts.readValue();
        advance(Duration.ofSeconds(59));
        assertThat(alerts.isEmpty()).isTrue();
        advance(Duration.ofSeconds(1));

        Alert alert = alerts.readValue();
        assertThat(alert.getState()).isEqualTo(AlertState.RESOLVED);
        assertThat(alert.getSamples()).isZero();
        assertThat(alert.getSince()).isEqualTo(START);
        assertThat(alert.getSummary())
                .isEqualTo("No attempt at a scan has ended in the last 60 s.");
        advance(Duration.ofMinutes(2));
        assertThat(alerts.isEmpty()).isTrue();
        assertThat(entries(ErrorRateWatch.BUCKETS)).isEmpty();
    }

    @Test
    void aSecondIncidentIsToldAgain() {
        failed(10, FailureType.TIMEOUT);
        advance(Duration.ofSeconds(60));
        failed(10, FailureType.TIMEOUT);

        assertThat(alerts.readValuesToList())
                .extracting(Alert::getState)
                .containsExactly(AlertState.FIRED, AlertState.RESOLVED, AlertState.FIRED);
    }

    @Test
    void oldFailuresSlideOutOfTheWindow() {
        failed(9, FailureType.TIMEOUT);
        advance(Duration.ofSeconds(60));
        failed(1, FailureType.TIMEOUT);

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void aBacklogOfOldFailuresIsNoIncident() {
        for (int i = 0; i < 50; i++) {
            pipe(FailureType.TIMEOUT, now.minus(Duration.ofMinutes(5)));
        }

        assertThat(alerts.isEmpty()).isTrue();
    }

    @Test
    void anAttemptFromTheFutureCountsNow() {
        for (int i = 0; i < 10; i++) {
            pipe(FailureType.TIMEOUT, now.plus(Duration.ofMinutes(5)));
        }
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        advance(Duration.ofSeconds(60));

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aRestartNeitherRepeatsNorForgetsAnIncident() {
        failed(10, FailureType.TIMEOUT);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        advance(Duration.ofSeconds(30));

        restart();
        failed(10, FailureType.TIMEOUT);
        assertThat(alerts.isEmpty()).isTrue();
        advance(Duration.ofSeconds(60));

        Alert alert = alerts.readValue();
        assertThat(alert.getState()).isEqualTo(AlertState.RESOLVED);
        assertThat(alert.getSince()).isEqualTo(START);
    }

    /**
     * The driver empties its folder when it closes; what a changelog would restore is put back by
     * hand.
     */
    private void restart() {
        var buckets = entries(ErrorRateWatch.BUCKETS);
        var incidents = entries(ErrorRateWatch.INCIDENTS);
        assertThat(buckets).isNotEmpty();
        driver.close();
        open();
        buckets.forEach(store(ErrorRateWatch.BUCKETS)::put);
        incidents.forEach(store(ErrorRateWatch.INCIDENTS)::put);
    }

    private KeyValueStore<Object, Object> store(String name) {
        return driver.getKeyValueStore(name);
    }

    private Map<Object, Object> entries(String store) {
        var entries = new HashMap<>();
        try (var all = store(store).all()) {
            all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
        }
        return entries;
    }

    private void advance(Duration time) {
        driver.advanceWallClockTime(time);
        now = now.plus(time);
    }

    private void completed(int count) {
        for (int i = 0; i < count; i++) {
            attempts.pipeInput(
                    "example.org",
                    attempt()
                            .setPage(
                                    PageResult.newBuilder()
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
                                            .build())
                            .build(),
                    now);
        }
    }

    private void failed(int count, FailureType type) {
        for (int i = 0; i < count; i++) {
            pipe(type, now);
        }
    }

    private void pipe(FailureType type, Instant at) {
        attempts.pipeInput(
                "example.org",
                attempt()
                        .setFailure(Failure.newBuilder().setType(type).setMessage("failed").build())
                        .build(),
                at);
    }

    private ScanAttempt.Builder attempt() {
        requests++;
        return ScanAttempt.newBuilder()
                .setScanId("scan-" + requests)
                .setRequestId("req-" + requests)
                .setAttempt(1)
                .setWorker("worker")
                .setStartedAt(now)
                .setEndedAt(now);
    }
}
