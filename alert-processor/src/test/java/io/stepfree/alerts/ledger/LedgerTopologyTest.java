package io.stepfree.alerts.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.ops.Severity;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTopologyTest {

    private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");

    private final RegistryClient registry =
            new RegistryClient(RegistryEndpoint.of(TestRegistry.shared().url()));
    private final AvroSerdes serdes = new AvroSerdes(registry);

    @TempDir private Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<String, ServiceSignal> signals;
    private TestOutputTopic<String, Alert> alerts;
    private Instant now = START;

    @BeforeEach
    void open() {
        run();
    }

    /** The driver cleans up behind itself, so what the store remembers is handed on. */
    private void restart() {
        var before = new HashMap<String, LedgerIncident>();
        try (var all = incidents().all()) {
            all.forEachRemaining(incident -> before.put(incident.key, incident.value));
        }
        driver.close();
        run();
        before.forEach(incidents()::put);
    }

    private KeyValueStore<String, LedgerIncident> incidents() {
        return driver.getKeyValueStore(LedgerWatch.INCIDENTS);
    }

    private void run() {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "ledger-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "not used");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        var builder = new StreamsBuilder();
        LedgerTopology.addTo(builder, serdes);
        driver = new TopologyTestDriver(builder.build(), settings, now);
        signals =
                driver.createInputTopic(
                        Topics.OPS_SIGNALS.name(), new StringSerializer(), serdes.serializer());
        alerts =
                driver.createOutputTopic(
                        Topics.OPS_ALERTS.name(),
                        new StringDeserializer(),
                        serdes.deserializer(Topics.OPS_ALERTS));
    }

    @AfterEach
    void close() {
        driver.close();
        registry.close();
    }

    @Test
    void booksThatDoNotAddUpAreToldOnceAndWhenTheyDoAgain() {
        hear("scheduler-1", 0, 0);
        assertThat(alerts.isEmpty()).isTrue();
        hear("scheduler-1", 2, 0);
        hear("scheduler-1", 3, 0);

        Alert fired = alerts.readValue();
        assertThat(fired.getKey()).isEqualTo("ledger-imbalance");
        assertThat(fired.getState()).isEqualTo(AlertState.FIRED);
        assertThat(fired.getSeverity()).isEqualTo(Severity.CRITICAL);
        assertThat(fired.getValue()).isEqualTo(2);
        assertThat(fired.getSummary()).contains("do not add up by 2");
        assertThat(alerts.isEmpty()).isTrue();

        hear("scheduler-1", 0, 0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void overdueScansOfAllSchedulersAreAddedUp() {
        hear(6, "scheduler-1", 0.0, 0.0);
        hear(6, "scheduler-2", 0.0, 4.0);
        Alert fired = alerts.readValue();
        assertThat(fired.getKey()).isEqualTo("scans-overdue");
        assertThat(fired.getSeverity()).isEqualTo(Severity.ERROR);

        hear(6, "scheduler-1", 0.0, 1.0);
        hear(6, "scheduler-2", 0.0, 0.0);
        assertThat(alerts.isEmpty()).as("one is still overdue").isTrue();
        hear(6, "scheduler-1", 0.0, 0.0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void theIncidentOfASchedulerThatIsGoneEndsWhenAnotherHasItsBooks() {
        hear("scheduler-1", 1, 0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
        pass(LedgerWatch.SILENCE.plusSeconds(1));
        assertThat(alerts.isEmpty()).as("silence is no proof").isTrue();

        hear("scheduler-2", 0, 0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void afterARestartTheFirstHealthySchedulerIsNoProofThatAllAre() {
        hear(6, "scheduler-1", 0.0, 0.0);
        hear(6, "scheduler-2", 1.0, 0.0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);

        restart();
        hear(6, "scheduler-1", 0.0, 0.0);
        hear(6, "scheduler-2", 1.0, 0.0);
        assertThat(alerts.isEmpty()).as("neither resolved nor told again").isTrue();

        hear(6, "scheduler-2", 0.0, 0.0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aSchedulerThatDoesNotKnowYetEndsNoIncident() {
        hear("scheduler-1", 1, 1);
        assertThat(alerts.readValuesToList()).hasSize(2);
        pass(LedgerWatch.SILENCE.plusSeconds(1));

        hear(0, "scheduler-1", null, null);
        hear(12, "scheduler-1", null, null);
        hear(12, "scheduler-1", null, 0.0);
        assertThat(alerts.readValue().getKey()).isEqualTo("scans-overdue");
        assertThat(alerts.isEmpty()).isTrue();

        hear(12, "scheduler-1", 0.0, 0.0);
        assertThat(alerts.readValue().getKey()).isEqualTo("ledger-imbalance");
    }

    @Test
    void aSchedulerWhoseClockIsBehindIsHeard() {
        for (int i = 0; i < 2; i++) {
            pass(Duration.ofSeconds(2));
            signals.pipeInput(
                    "scheduler-1", scheduler(12, "scheduler-1", 1.0, 0.0), now.minusSeconds(3_600));
        }

        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void whatWasSaidDuringAnOutageOfOursSaysNothingOfNow() {
        for (int second = 60; second > 10; second -= 2) {
            signals.pipeInput(
                    "scheduler-1",
                    scheduler(12, "scheduler-1", 1.0, 0.0),
                    now.minusSeconds(second));
        }
        assertThat(alerts.isEmpty()).isTrue();

        hear("scheduler-1", 1, 0);
        assertThat(alerts.readValue().getState()).isEqualTo(AlertState.FIRED);
    }

    @Test
    void theSignalsOfOtherServicesAndOldOnesSayNothing() {
        signals.pipeInput(
                "worker-1",
                signal("scan-processor", "worker-1", Map.of("stepfree.browser.memory", 1.0)),
                now);
        signals.pipeInput(
                "scheduler-1", scheduler(12, "scheduler-1", 9.0, 9.0), now.minusSeconds(11));

        assertThat(alerts.isEmpty()).isTrue();
    }

    /** A scheduler that has all partitions. */
    private void hear(String instance, double imbalance, double overdue) {
        hear(12, instance, imbalance, overdue);
    }

    private void hear(
            int partitions, String instance, @Nullable Double imbalance, @Nullable Double overdue) {
        pass(Duration.ofSeconds(2));
        signals.pipeInput(instance, scheduler(partitions, instance, imbalance, overdue), now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    private ServiceSignal scheduler(
            int partitions, String instance, @Nullable Double imbalance, @Nullable Double overdue) {
        var gauges = new HashMap<String, Double>();
        gauges.put("stepfree.scheduler.ledger.partitions", (double) partitions);
        if (imbalance != null) {
            gauges.put("stepfree.scheduler.ledger.imbalance", imbalance);
        }
        if (overdue != null) {
            gauges.put("stepfree.scheduler.overdue.open", overdue);
        }
        return signal("scan-scheduler", instance, gauges);
    }

    private ServiceSignal signal(String service, String instance, Map<String, Double> gauges) {
        return ServiceSignal.newBuilder()
                .setService(service)
                .setInstance(instance)
                .setAt(now)
                .setGauges(gauges)
                .build();
    }
}
