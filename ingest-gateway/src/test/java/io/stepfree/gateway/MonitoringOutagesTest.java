package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.ComponentHealth;
import io.stepfree.schemas.ops.HealthState;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All that monitoring is asked for is answered within a second, whatever is down. */
final class MonitoringOutagesTest {

    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<String> READ =
            List.of(
                    "/health",
                    "/queue/health",
                    "/queue/stats",
                    "/queue/failed",
                    "/reliability",
                    "/browser",
                    "/safety",
                    "/rate-limit/ann",
                    "/dashboard");

    private static final String DEAD =
            """
            INSERT INTO dead_letters.dead_letter_view (scan_id, replays, request_id, client, url, host,
                failure_type, message, cause, attempts, died_at, state, record, topic, topic_partition, topic_offset)
            VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 0, 'r', 'ann', 'https://a.example/', 'a.example',
                'timeout', 'too slow', 'attempts_exhausted', 4, now(), 'dead', '{}', 'scan.dead-letters', 0, 0)
            """;

    private static final String SCAN =
            """
            INSERT INTO reports.scan_status_view (scan_id, client, status, submitted_at)
            VALUES ('s1', 'ann', 'completed', now())
            """;

    private static final String RETRY = "/queue/retry/01890a5d-ac96-774b-bcce-b302099a8057";
    private static final String RECOVER = "{\"component\": \"pool\"}";

    @Test
    void theStatusOfTheSystemTellsWellFromTroubledFromStopped() {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            RunningGateway gateway = running(kafka, database, TestRegistry.shared());
            try {
                Answer well = answerTo(gateway, "healthy", 2, HealthState.UP);
                assertThat(well.status()).isEqualTo(200);
                assertThat(well.json().path("components").valueStream())
                        .extracting(one -> one.path("name").asString())
                        .contains(
                                "broker",
                                "registry",
                                "database",
                                "breakers",
                                "browser",
                                "disk",
                                "memory");
                Answer troubled = answerTo(gateway, "degraded", 2, HealthState.DOWN);
                assertThat(troubled.status()).isEqualTo(206);
                Answer stopped = answerTo(gateway, "critical", 0, HealthState.UP);
                assertThat(stopped.status()).isEqualTo(503);
            } finally {
                gateway.stopGateway();
            }
        }
    }

    /**
     * The first one with this status.
     *
     * @param slots how many scans the worker can make
     * @param disk how the disk of each other service is
     */
    private static Answer answerTo(
            RunningGateway gateway, String status, int slots, HealthState disk) {
        return await(status)
                .atMost(PATIENCE)
                .until(
                        () -> {
                            ServiceNames.OTHERS.forEach(
                                    service -> tell(gateway, service, slots, disk));
                            return gateway.get("/api/health/system");
                        },
                        answer -> answer.json().path("status").asString().equals(status));
    }

    private static void tell(RunningGateway gateway, String service, int slots, HealthState disk) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var signal =
                ServiceSignal.newBuilder()
                        .setService(service)
                        .setInstance(service + "-1")
                        .setAt(now)
                        .setSlots(slots)
                        .setGauges(Map.of())
                        .setVersion("1")
                        .setStartedAt(now)
                        .setComponents(
                                List.of(
                                        ComponentHealth.newBuilder()
                                                .setName("disk")
                                                .setState(disk)
                                                .setDetail("1 MB of 9 MB are free.")
                                                .setLatencySeconds(null)
                                                .setCheckedAt(now)
                                                .build()))
                        .build();
        gateway.bean(RecordPublisher.class)
                .publish(Topics.OPS_SIGNALS, signal.getInstance(), signal, RequestId.create());
    }

    @Test
    void withTheDatabaseGoneOrHangingTheLastKnownIsShownAndMarked() {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            RunningGateway gateway = running(kafka, database, TestRegistry.shared());
            try (var lock = gateway.jdbi().open()) {
                lock.begin();
                lock.execute("LOCK TABLE reports.scan_status_view, dead_letters.dead_letter_view");
                allAnswerAtOnce(gateway);
                assertStale(gateway);
                lock.rollback();
            }
            try {
                await().atMost(PATIENCE).until(() -> !isStale(gateway, "/reliability"));
                database.stop();
                for (int round = 0; round < 3; round++) {
                    allAnswerAtOnce(gateway);
                }
                assertStale(gateway);
                await("it is told")
                        .atMost(PATIENCE)
                        .until(() ->
                                gateway.get("/health/detailed")
                                        .body()
                                        .contains("\"name\":\"database\",\"status\":\"critical\""));
                assertThat(gateway.get("/api/health/system").status()).isEqualTo(503);
                assertThat(promptly(gateway, RETRY, "{}").status()).isEqualTo(503);
                assertThat(promptly(gateway, "/recover", RECOVER).status()).isEqualTo(202);

                database.restart();
                await("it is read anew once the breaker lets it")
                        .atMost(Duration.ofSeconds(90))
                        .until(() -> !isStale(gateway, "/reliability"));
            } finally {
                gateway.stopGateway();
            }
        }
    }

    @Test
    void withTheBrokerGoneAllIsAnsweredAndOrdersAreNotSaidToBeGiven() {
        try (var database = TestDatabase.start()) {
            TestKafka kafka = TestKafka.start();
            RunningGateway gateway = running(kafka, database, TestRegistry.shared());
            try {
                kafka.close();
                allAnswerAtOnce(gateway);
                await("it is told")
                        .atMost(PATIENCE)
                        .until(() ->
                                gateway.get("/api/health/system")
                                        .body()
                                        .contains("\"name\":\"broker\",\"status\":\"critical\""));
                assertThat(gateway.get("/readyz").status()).isEqualTo(503);
                assertThat(gateway.get("/livez").status()).isEqualTo(200);

                assertThat(promptly(gateway, RETRY, "{}").status()).isEqualTo(503);
                Answer recovered = promptly(gateway, "/recover", RECOVER);
                assertThat(recovered.status()).isEqualTo(202);
                assertThat(recovered.json().path("done").get(0).asString())
                        .contains("database connections were closed");
                assertThat(recovered.json().path("ordered").valueStream())
                        .allSatisfy(order -> {
                            assertThat(order.has("commandId")).isFalse();
                            assertThat(order.path("problem").asString())
                                    .startsWith("Kafka did not");
                        });
            } finally {
                gateway.stopGateway();
                kafka.close();
            }
        }
    }

    @Test
    void withTheRegistryGoneAllIsAnsweredAndTold() {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start();
                var registry = TestRegistry.start()) {
            RunningGateway gateway = running(kafka, database, registry);
            try {
                registry.close();
                allAnswerAtOnce(gateway);
                await("it is told")
                        .atMost(PATIENCE)
                        .until(() ->
                                gateway.get("/api/monitoring/health")
                                        .body()
                                        .contains("\"name\":\"registry\",\"status\":\"critical\""));
                assertThat(promptly(gateway, RETRY, "{}").status()).isEqualTo(202);
                assertThat(promptly(gateway, "/recover", RECOVER).status()).isEqualTo(202);
            } finally {
                gateway.stopGateway();
            }
        }
    }

    /** A gateway that has been asked for everything once, while all was well. */
    private static RunningGateway running(
            TestKafka kafka, TestDatabase database, TestRegistry registry) {
        RunningGateway.createViews(database);
        var gateway =
                RunningGateway.start(
                        kafka,
                        registry,
                        database,
                        "--stepfree.breakers.open=2s",
                        "--stepfree.kafka.publish-timeout=1s");
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(DEAD);
                    handle.execute(SCAN);
                });
        // An order makes its connections and schemas known, too.
        await().atMost(PATIENCE)
                .until(() -> gateway.post("/api/monitoring/recover", RECOVER).status() == 202);
        for (String path : READ) {
            await(path)
                    .atMost(PATIENCE)
                    .until(() -> gateway.get("/api/monitoring" + path).status() == 200);
        }
        return gateway;
    }

    private static void allAnswerAtOnce(RunningGateway gateway) {
        for (String path : READ) {
            long start = System.nanoTime();
            Answer answer = gateway.get("/api/monitoring" + path);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(answer.status()).as(path + answer.body()).isEqualTo(200);
            assertThat(took).as(path).isLessThanOrEqualTo(PROMISED);
        }
    }

    private static Answer promptly(RunningGateway gateway, String path, String body) {
        long start = System.nanoTime();
        Answer answer = gateway.post("/api/monitoring" + path, body);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as(path)
                .isLessThanOrEqualTo(PROMISED);
        return answer;
    }

    private static void assertStale(RunningGateway gateway) {
        for (String path : List.of("/reliability", "/queue/failed", "/rate-limit/ann")) {
            await(path).atMost(PATIENCE).until(() -> isStale(gateway, path));
        }
    }

    private static boolean isStale(RunningGateway gateway, String path) {
        Answer answer = gateway.get("/api/monitoring" + path);
        return answer.status() == 200 && answer.json().path("stale").asBoolean();
    }
}
