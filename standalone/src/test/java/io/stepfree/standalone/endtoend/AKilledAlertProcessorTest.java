package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.process.FreePorts;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.serde.AvroSerializer;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The alert-processor is ended by kill -9 in the middle of an incident and started again. The
 * incident has one beginning and one end, and whoever can know a repeated message has each once.
 */
final class AKilledAlertProcessorTest {

    private static final Path JAR =
            Path.of(
                    Objects.requireNonNull(System.getProperty("stepfree.root")),
                    "alert-processor/target/alert-processor-0.1.0-SNAPSHOT-exec.jar");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ENOUGH = 10;

    private final List<Process> all = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private Receivers receivers;
    private TestKafka kafka;
    private Admin admin;
    private KafkaProducer<String, ScanAttempt> scans;
    private String[] arguments;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.exists(JAR), () -> "skipped: not packaged, as mvn verify does: " + JAR);
        receivers = Receivers.open();
        kafka = TestKafka.start();
        admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers()));
        scans =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new StringSerializer(),
                        new AvroSerializer<>(
                                new RegistryClient(
                                        RegistryEndpoint.of(TestRegistry.shared().url()))));
        arguments =
                ServiceArguments.of(
                        kafka,
                        TestRegistry.shared(),
                        // Long enough that nothing ends only because this machine is slow.
                        "--stepfree.alerts.metrics.error-rate.window=1h",
                        "--stepfree.alerts.metrics.error-rate.minimum=" + ENOUGH,
                        "--stepfree.alerts.metrics.failures-of-type.enabled=false",
                        "--stepfree.alerts.metrics.host-error-rate.enabled=false",
                        "--stepfree.alerts.slack.webhook=" + receivers.address(Receivers.SLACK),
                        "--stepfree.alerts.pager-duty.routing-key=" + "k".repeat(32),
                        "--stepfree.alerts.pager-duty.address="
                                + receivers.address(Receivers.PAGER),
                        "--stepfree.alerts.webhook.address=" + receivers.address(Receivers.HOOK),
                        "--stepfree.alerts.webhook.secret="
                                + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        start();
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Process process : all) {
            process.destroyForcibly().waitFor();
        }
        http.close();
        if (Files.exists(JAR)) {
            scans.close();
            admin.close();
            kafka.close();
            receivers.close();
        }
    }

    @Test
    void killedAfterItHasToldOfTheBeginningItTellsOnlyOfTheEnd() throws Exception {
        publish(ENOUGH, true);
        awaitTold("FIRED");
        awaitOffsetsStored(1);
        kill();

        start();
        endTheIncident();

        assertEachToldOnce();
    }

    @ParameterizedTest(name = "after it has tried: {0}")
    @ValueSource(booleans = {false, true})
    void killedBetweenTheThresholdAndTheMessageItTellsOnce(boolean tried) throws Exception {
        receivers.are(Receivers.Mood.DOWN);
        publish(ENOUGH, true);
        if (tried) {
            await().atMost(PATIENCE).until(receivers::allHaveRefused);
        }
        kill();
        receivers.are(Receivers.Mood.WELL);

        start();
        awaitTold("FIRED");
        endTheIncident();

        assertEachToldOnce();
    }

    @Test
    void killedBetweenTheMessageAndItsOffsetItTellsAgainUnderTheSameId() throws Exception {
        receivers.are(Receivers.Mood.SILENT);
        publish(ENOUGH, true);
        awaitTold("FIRED");
        kill();
        receivers.are(Receivers.Mood.WELL);

        start();
        endTheIncident();

        assertThat(alerts()).containsExactly(AlertState.FIRED, AlertState.RESOLVED);
        for (String receiver : Receivers.ALL) {
            assertThat(receivers.states(receiver))
                    .as("%s was told of the beginning again", receiver)
                    .hasSizeGreaterThan(2);
        }
        for (String receiver : List.of(Receivers.PAGER, Receivers.HOOK)) {
            assertThat(receivers.told(receiver).stream().map(Receivers.Told::id).distinct())
                    .as("what %s knows of", receiver)
                    .hasSize(2);
        }
    }

    private void assertEachToldOnce() {
        assertThat(alerts()).containsExactly(AlertState.FIRED, AlertState.RESOLVED);
        for (String receiver : Receivers.ALL) {
            assertThat(receivers.states(receiver))
                    .as(receiver)
                    .containsExactly("FIRED", "RESOLVED");
        }
    }

    /** Returns once all are told of it, and nothing that is written waits to be told. */
    private void endTheIncident() throws Exception {
        publish(2 * ENOUGH, false);
        awaitTold("RESOLVED");
        awaitOffsetsStored(2);
    }

    private void awaitTold(String state) {
        await(state)
                .atMost(PATIENCE)
                .until(() ->
                        Receivers.ALL.stream()
                                .allMatch(one -> receivers.states(one).contains(state)));
    }

    /** Waits until each receiver's group has stored that it is done with so many alerts. */
    private void awaitOffsetsStored(int alerts) {
        try (var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_ALERTS)) {
            await("offsets")
                    .atMost(PATIENCE)
                    .until(() -> {
                        var records = probe.received();
                        for (String group : List.of("slack", "pagerduty", "webhook")) {
                            Map<TopicPartition, OffsetAndMetadata> stored =
                                    admin.listConsumerGroupOffsets("alert-processor-" + group)
                                            .partitionsToOffsetAndMetadata()
                                            .get();
                            for (var record : records) {
                                var offset =
                                        stored.get(
                                                new TopicPartition(
                                                        record.topic(), record.partition()));
                                if (offset == null || offset.offset() <= record.offset()) {
                                    return false;
                                }
                            }
                        }
                        return records.size() >= alerts;
                    });
        }
    }

    private List<AlertState> alerts() {
        try (var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_ALERTS)) {
            return probe.values().stream()
                    .filter(alert -> alert.getKey().equals("scans-failing"))
                    .map(Alert::getState)
                    .toList();
        }
    }

    /** Returns once the broker has acknowledged all of them. */
    private void publish(int attempts, boolean failed) throws Exception {
        for (int i = 0; i < attempts; i++) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            var attempt =
                    ScanAttempt.newBuilder()
                            .setScanId("scan-" + i)
                            .setRequestId("req-" + i)
                            .setAttempt(1)
                            .setWorker("worker")
                            .setStartedAt(now)
                            .setEndedAt(now);
            if (failed) {
                attempt.setFailure(
                        Failure.newBuilder()
                                .setType(FailureType.TIMEOUT)
                                .setMessage("too slow")
                                .build());
            }
            scans.send(
                            new ProducerRecord<>(
                                    Topics.SCAN_ATTEMPTS.name(), "shop.example", attempt.build()))
                    .get();
        }
    }

    /** SIGKILL: nothing is tidied up. */
    private void kill() throws InterruptedException {
        all.getLast().destroyForcibly().waitFor();
    }

    private void start() throws Exception {
        int port = FreePorts.one();
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                JAR.toString(),
                                "--server.port=" + port));
        Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("--server.port="))
                .forEach(command::add);
        Path log = folder.resolve("alert-processor-%d.log".formatted(all.size()));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        all.add(process);
        await("ready, see " + log).atMost(PATIENCE).until(() -> isReady(process, port));
    }

    private boolean isReady(Process process, int port) throws InterruptedException {
        assertThat(process.isAlive()).as("it runs").isTrue();
        return Readiness.isReady(http, port);
    }
}
