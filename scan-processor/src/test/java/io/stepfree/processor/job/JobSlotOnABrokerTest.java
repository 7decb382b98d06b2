package io.stepfree.processor.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RunningPlatform;
import io.stepfree.platform.request.RequestId;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One slot with a broker and a registry, and no browser. Each test ends with no job left. */
final class JobSlotOnABrokerTest {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WorkerLoad load = new WorkerLoad(1, Map::of);

    @TempDir private static Path state;
    private static TestKafka kafka;
    private static RunningPlatform platform;
    private static ScanGroup group;

    @BeforeAll
    static void start() throws InterruptedException {
        kafka = TestKafka.start();
        platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
        group = ScanGroup.ofScans(platform.settings().common());
        group.configure();
    }

    @AfterAll
    static void stop() {
        platform.close();
        kafka.close();
    }

    @Test
    void anOutcomeThatTheRegistryRefusesIsNotTriedForEverAndItsJobIsKept() throws Exception {
        publish("refused");
        HttpServer stranger =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        stranger.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(403, -1);
                    exchange.close();
                });
        stranger.start();
        try (var refused =
                        RunningPlatform.start(
                                kafka,
                                URI.create("http://127.0.0.1:" + stranger.getAddress().getPort()),
                                state);
                var claims = new Claims(group.join());
                var unreadable = TopicProbe.raw(kafka, Topics.Unreadable.NAME)) {
            JobSlot slot = slot(claims, refused, (_, _) -> failed());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        slot.work();
                        assertThat(unreadable.received())
                                .singleElement()
                                .satisfies(kept ->
                                        assertThat(RunningPlatform.headers(kept))
                                                .containsEntry(
                                                        Topics.Unreadable.TOPIC,
                                                        Topics.SCAN_JOBS.name())
                                                .containsEntry(
                                                        Topics.Unreadable.EXCEPTION,
                                                        RegistryException.Refused.class.getName())
                                                .containsEntry(
                                                        RequestId.RECORD_HEADER,
                                                        "request-refused"));
                    });
        } finally {
            stranger.stop(0);
        }
        try (var claims = new Claims(group.join())) {
            assertThat(claims.take(Duration.ofSeconds(3))).as("the job is done with").isEmpty();
        }
    }

    @Test
    void aJobThatNobodyFinishesBecomesAFailureBeforeTheBrokerDropsItInSilence() throws Exception {
        publish("deadly");
        for (int delivery = 1; delivery < ScanGroup.DELIVERY_LIMIT - 1; delivery++) {
            try (var claims = new Claims(group.join())) {
                assertThat(taken(claims).deliveries()).isEqualTo(delivery);
                // Closed without a word, as by a worker that dies.
            }
        }
        try (var claims = new Claims(group.join());
                var attempts = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_ATTEMPTS)) {
            JobSlot slot =
                    slot(
                            claims,
                            platform,
                            (_, _) -> {
                                throw new AssertionError("it is not scanned again");
                            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        slot.work();
                        assertThat(attempts.values())
                                .filteredOn(attempt -> attempt.getScanId().equals("deadly"))
                                .singleElement()
                                .satisfies(attempt -> {
                                    assertThat(attempt.getFailure().getType())
                                            .isEqualTo(FailureType.LOST);
                                    assertThat(attempt.getFailure().getMessage())
                                            .isEqualTo(
                                                    "3 workers took this job and none finished it");
                                });
                    });
        }
    }

    @Test
    void aScanWhoseClaimIsLostIsCancelledAndItsOutcomeIsDropped() throws Exception {
        var cancelled = new CompletableFuture<Boolean>();
        try (var mortal = TestKafka.start();
                var written =
                        RunningPlatform.start(
                                mortal, TestRegistry.shared().url(), state.resolve("mortal"))) {
            var members = ScanGroup.ofScans(written.settings().common());
            members.configure();
            publish(written, "lost", Duration.ofMinutes(1));
            lose(mortal, written, members, cancelled);
        }
        assertThat(cancelled).isCompletedWithValue(true);
        assertThat(meters.find("stepfree.scan.attempts").timer()).as("nothing was told").isNull();
        assertThat(load.inFlight()).isZero();
    }

    private void lose(
            TestKafka mortal,
            RunningPlatform written,
            ScanGroup members,
            CompletableFuture<Boolean> cancelled) {
        try (var claims = new Claims(members.join())) {
            JobSlot slot =
                    slot(
                            claims,
                            written,
                            (_, _) -> {
                                mortal.close();
                                try {
                                    Thread.sleep(PATIENCE);
                                    cancelled.complete(false);
                                } catch (InterruptedException e) {
                                    cancelled.complete(true);
                                }
                                return failed();
                            });
            assertThatThrownBy(
                            () -> {
                                Instant end = Instant.now().plus(PATIENCE);
                                while (Instant.now().isBefore(end)) {
                                    slot.work();
                                }
                            })
                    .isInstanceOf(ClaimLostException.class);
        }
    }

    @Test
    void aScanThatIgnoresItsDeadlineIsCancelledAndTheSlotGoesOn() throws Exception {
        publish("first");
        var cancelled = new CompletableFuture<Boolean>();
        try (var claims = new Claims(group.join());
                var attempts = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_ATTEMPTS)) {
            JobSlot slot =
                    slot(
                            claims,
                            platform,
                            (request, _) -> {
                                if (request.getScanId().equals("hangs")) {
                                    try {
                                        Thread.sleep(PATIENCE);
                                    } catch (InterruptedException e) {
                                        cancelled.complete(true);
                                        throw e;
                                    }
                                }
                                return failed();
                            });
            workUntilTold(slot, attempts, "first");
            publish(platform, "hangs", Duration.ofSeconds(1));
            ScanAttempt hanging = workUntilTold(slot, attempts, "hangs");
            assertThat(hanging.getFailure().getType()).isEqualTo(FailureType.TIMEOUT);
            assertThat(hanging.getFailure().getMessage()).contains("after its deadline");
            assertThat(cancelled).isCompletedWithValue(true);
            assertThat(meters.get("stepfree.scan.overdue").counter().count()).isEqualTo(1);
            publish("next");
            assertThat(workUntilTold(slot, attempts, "next").getFailure().getType())
                    .isEqualTo(FailureType.DNS);
        }
    }

    @Test
    void aJobBehindTheEndOfATransactionIsTakenInOneWait() throws Exception {
        try (var claims = new Claims(group.join())) {
            publishEachInATransaction(3);
            taken(claims).accept();
            for (int job = 2; job <= 3; job++) {
                Optional<Claims.Claim> next = claims.take(PATIENCE);
                assertThat(next).as("job %d", job).isPresent();
                next.orElseThrow().accept();
            }
        }
    }

    /** As the scheduler hands jobs out. */
    private static void publishEachInATransaction(int jobs) throws Exception {
        var settings = new HashMap<>(platform.settings().common());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "hands-out-jobs");
        try (var producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int job = 0; job < jobs; job++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(Topics.SCAN_JOBS.name(), new byte[] {1})).get();
                producer.commitTransaction();
            }
        }
    }

    private static ScanAttempt workUntilTold(
            JobSlot slot, TopicProbe<ScanAttempt> attempts, String scanId) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            slot.work();
                            return attempts.values().stream()
                                    .filter(attempt -> attempt.getScanId().equals(scanId))
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private JobSlot slot(Claims claims, RunningPlatform written, JobSlot.Scanner scanner) {
        return new JobSlot(
                claims,
                platform.readers().reader(Topics.SCAN_JOBS),
                written.publisher(),
                scanner,
                new ServiceIdentity("scan-processor", "scan-processor-test", "1.0", Instant.EPOCH),
                "axe-core 4.11.1",
                load,
                meters,
                GRACE);
    }

    private static Claims.Claim taken(Claims claims) {
        return await().atMost(PATIENCE)
                .until(() -> claims.take(Duration.ofSeconds(1)), Optional::isPresent)
                .orElseThrow();
    }

    private static ScanOutcome failed() {
        return new ScanOutcome.Failed(
                Failure.newBuilder().setType(FailureType.DNS).setMessage("no such name").build());
    }

    private static void publish(String scanId) {
        publish(platform, scanId, Duration.ofMinutes(1));
    }

    /** With more time for the job than for the scan, as the scheduler gives it. */
    private static void publish(RunningPlatform platform, String scanId, Duration timeout) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        platform.publisher()
                .publish(
                        Topics.SCAN_JOBS,
                        null,
                        ScanJob.newBuilder()
                                .setRequest(
                                        ScanRequest.newBuilder()
                                                .setScanId(scanId)
                                                .setRequestId("request-" + scanId)
                                                .setUrl("https://example.org/")
                                                .setHost("example.org")
                                                .setOptions(
                                                        ScanOptions.newBuilder()
                                                                .setTimeoutMillis(
                                                                        (int) timeout.toMillis())
                                                                .build())
                                                .setSubmittedAt(now)
                                                .build())
                                .setAttempt(1)
                                .setDispatchedAt(now)
                                .setDeadline(now.plus(Duration.ofMinutes(2)))
                                .build(),
                        new RequestId("request-" + scanId));
    }
}
