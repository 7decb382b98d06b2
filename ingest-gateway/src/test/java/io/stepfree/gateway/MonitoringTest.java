package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.BreakerHealth;
import io.stepfree.schemas.ops.ComponentHealth;
import io.stepfree.schemas.ops.HealthState;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class MonitoringTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HOUR_AGO = "now() - interval '1 hour'";

    private final RunningGateway gateway;

    MonitoringTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @AfterEach
    void forgetTheScans() {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("DELETE FROM reports.scan_status_view");
                    handle.execute("DELETE FROM reports.report_view");
                });
    }

    @Test
    void theQueueIsAsSchedulerAndWorkersToldIt() {
        tell(scheduler(), worker(4, 3));
        await().atMost(PATIENCE)
                .until(() -> monitoring("/queue/stats").path("accepted").asInt() == 100);

        JsonNode stats = monitoring("/queue/stats");
        assertThat(stats.path("waiting").asInt()).isEqualTo(12);
        assertThat(stats.path("active").asInt()).isEqualTo(5);
        assertThat(stats.path("delayed").asInt()).isEqualTo(3);
        assertThat(stats.path("completed").asInt()).isEqualTo(70);
        assertThat(stats.path("failed").asInt()).isEqualTo(9);
        assertThat(stats.path("cancelled").asInt()).isEqualTo(1);

        JsonNode health = monitoring("/queue/health");
        assertThat(health.path("capacity").asInt()).isEqualTo(4);
        assertThat(health.path("busy").asInt()).isEqualTo(3);
        assertThat(health.path("utilisation").asDouble()).isEqualTo(0.75);
        assertThat(health.path("oldestSeconds").asDouble()).isEqualTo(8.5);

        JsonNode browser = monitoring("/browser");
        JsonNode worker = browser.path("workers").get(0);
        assertThat(worker.path("memoryBytes").asLong()).isEqualTo(300_000_000);
        assertThat(worker.path("browsersStarted").asInt()).isEqualTo(2);
        assertThat(worker.path("browsersEnded").path("crash").asInt()).isEqualTo(1);

        JsonNode dashboard = monitoring("/dashboard");
        assertThat(dashboard.path("queue").path("accepted").asInt()).isEqualTo(100);
        assertThat(dashboard.path("browser").path("slots").asInt()).isEqualTo(4);
        assertThat(dashboard.path("reliability").path("days").asInt()).isEqualTo(7);
        assertThat(dashboard.path("safety").path("guards")).isNotEmpty();
        assertThat(dashboard.path("alerts").isArray()).isTrue();
        assertThat(dashboard.path("silences").isArray()).isTrue();
        assertThat(dashboard.path("safety").path("stale").asBoolean()).isFalse();
        assertThat(dashboard.path("safety").path("asOf").asString()).isNotBlank();
    }

    @Test
    void whatIsTroubledElsewhereIsShownWithItsReason() {
        ServiceSignal reports =
                ServiceSignal.newBuilder(signal("report-builder"))
                        .setComponents(
                                List.of(
                                        ComponentHealth.newBuilder()
                                                .setName("database")
                                                .setState(HealthState.DOWN)
                                                .setDetail("It does not answer: refused.")
                                                .setLatencySeconds(0.0123)
                                                .setCheckedAt(now())
                                                .build()))
                        .setBreakers(
                                List.of(
                                        BreakerHealth.newBuilder()
                                                .setName("slack")
                                                .setState("open")
                                                .setFailures(7)
                                                .setTrips(1)
                                                .build()))
                        .build();
        tell(reports);
        await().atMost(PATIENCE)
                .until(() ->
                        component("report-builder")
                                .path("detail")
                                .asString()
                                .equals("database: It does not answer: refused."));
        assertThat(component("report-builder").path("status").asString()).isEqualTo("degraded");
        assertThat(component("breakers").path("detail").asString())
                .isEqualTo("Open: report-builder/slack.");

        JsonNode detailed = gateway.get("/health/detailed").json();
        assertThat(detailed.path("version").asString()).isNotBlank();
        assertThat(detailed.path("uptimeSeconds").asLong()).isNotNegative();
        JsonNode instance =
                detailed.path("services")
                        .valueStream()
                        .filter(one -> one.path("service").asString().equals("report-builder"))
                        .findFirst()
                        .orElseThrow();
        assertThat(instance.path("components").get(0).path("latencyMillis").asDouble())
                .isEqualTo(12.3);
    }

    @Test
    void theGatewayKnowsWhatItWorksWithItself() {
        await().atMost(PATIENCE)
                .until(() -> component("database").path("status").asString().equals("healthy"));
        for (String name : List.of("broker", "registry", "disk", "memory", "pool", "recovery")) {
            assertThat(component(name).path("status").asString()).as(name).isEqualTo("healthy");
        }
        assertThat(component("broker").path("latencyMillis").asDouble()).isPositive();
        assertThat(component("dlq-processor").path("detail").asString())
                .as("a service that does not run")
                .isEqualTo("It was never heard; start it.");

        Answer system =
                await("no scan gets stuck, but dead letters are not kept")
                        .atMost(PATIENCE)
                        .until(
                                () -> {
                                    tell(scheduler(), worker(4, 3));
                                    return gateway.get("/api/health/system");
                                },
                                answer -> answer.status() != 503);
        assertThat(system.status()).isEqualTo(206);
        assertThat(system.json().path("status").asString()).isEqualTo("degraded");
        assertThat(system.header("Cache-Control")).isEqualTo("no-store");
        assertThat(system.json().path("components").size()).isGreaterThanOrEqualTo(5);

        JsonNode pool = gateway.get("/api/health/pool").json();
        assertThat(pool.path("status").asString()).isEqualTo("healthy");
        assertThat(pool.path("total").asInt())
                .isEqualTo(pool.path("idle").asInt() + pool.path("active").asInt());
        assertThat(pool.path("waiting").asInt()).isZero();
    }

    @Test
    void reliabilityIsCountedOverTheDaysAndSaysWhatToDo() {
        scan("s1", "completed", HOUR_AGO, null, 80);
        scan("s2", "completed", HOUR_AGO, null, 91);
        scan("s3", "dead_lettered", HOUR_AGO, "timeout", null);
        scan("s4", "dispatched", HOUR_AGO, null, null);
        scan("s5", "dead_lettered", "now() - interval '9 days'", "dns", null);

        JsonNode week = monitoring("/reliability?days=6");
        assertThat(week.path("total").asInt()).isEqualTo(4);
        assertThat(week.path("completed").asInt()).isEqualTo(2);
        assertThat(week.path("failed").asInt()).isEqualTo(1);
        assertThat(week.path("open").asInt()).isEqualTo(1);
        assertThat(week.path("successRate").asDouble()).isEqualTo(0.6667);
        assertThat(week.path("averageScore").asDouble()).isEqualTo(85.5);
        assertThat(week.path("failureReasons").path("timeout").asInt()).isEqualTo(1);
        assertThat(week.path("recommendations").get(0).path("action").asString())
                .startsWith("The page did not finish in time.");
        assertThat(week.path("stale").asBoolean()).isFalse();

        JsonNode more = monitoring("/reliability?days=30");
        assertThat(more.path("failureReasons").path("dns").asInt()).isEqualTo(1);
    }

    @Test
    void aClientSeesWhatItUsesAndAStrangerIsNotFound() {
        scan("s6", "dispatched", "now()", null, null);
        JsonNode use = monitoring("/rate-limit/ann");
        assertThat(use.path("client").asString()).isEqualTo("ann");
        assertThat(use.path("lastHour").asInt()).isEqualTo(1);
        assertThat(use.path("open").asInt()).isEqualTo(1);
        assertThat(use.path("limit").isMissingNode()).as("there is none").isTrue();
        gateway.get("/api/monitoring/rate-limit/nobody").problem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "366", "1000000000", "seven", "1.5", ""})
    void daysOutOfRangeAreRefusedByName(String days) {
        Answer answer = gateway.get("/api/monitoring/reliability?days=" + days);
        JsonNode problem = answer.problem(400, "invalid-fields");
        assertThat(problem.path("errors").get(0).path("parameter").asString()).isEqualTo("days");
    }

    @Test
    void failedScansAreListedPageByPageAndABadCursorIsRefused() {
        JsonNode page = monitoring("/queue/failed?limit=1");
        assertThat(page.path("items").isArray()).isTrue();
        assertThat(gateway.get("/api/monitoring/queue/failed?cursor=x").status()).isEqualTo(400);
        assertThat(gateway.get("/api/monitoring/queue/failed?limit=0").status()).isEqualTo(400);
        assertThat(gateway.post("/api/monitoring/queue/retry/nothing", "{}").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"browser, 1", "consumers, 4", "pool, 2", "streams, 2"})
    void aRecoveryIsOrderedFromThoseThatHaveThePart(String component, int services) {
        try (var orders = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.OPS_COMMANDS)) {
            Answer answer =
                    gateway.post(
                            "/api/monitoring/recover",
                            "{\"component\": \"%s\", \"reason\": \"it hangs\"}"
                                    .formatted(component));
            assertThat(answer.status()).as(answer.body()).isEqualTo(202);
            assertThat(answer.json().path("ordered").size()).isEqualTo(services);
            List<String> ids =
                    answer.json()
                            .path("ordered")
                            .valueStream()
                            .map(order -> order.path("commandId").asString())
                            .toList();
            await().atMost(PATIENCE)
                    .until(() ->
                            orders.values().stream()
                                    .map(OperatorCommand::getCommandId)
                                    .toList()
                                    .containsAll(ids));
            assertThat(orders.received())
                    .filteredOn(record -> ids.contains(record.value().getCommandId()))
                    .extracting(ConsumerRecord::value)
                    .allSatisfy(order -> {
                        assertThat(order.getKind()).isEqualTo(OperatorCommandKind.RECOVER);
                        assertThat(order.getComponent()).isEqualTo(component);
                        assertThat(order.getReason()).isEqualTo("it hangs");
                    });
        }
    }

    @Test
    void aPartThatNobodyHasIsRefused() {
        Answer answer =
                gateway.post("/api/monitoring/recover", "{\"component\": \"flux-capacitor\"}");
        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly("/component");
        assertThat(answer.body()).contains("must be one of browser, consumers, pool, streams");
        gateway.post("/api/monitoring/recover", "{}").problem(400, "invalid-fields");
    }

    @Test
    void aBreakerIsResetHereAndAnUnknownOneIsNotFound() {
        JsonNode all = gateway.get("/admin/breakers").json();
        assertThat(all.path("items").valueStream())
                .filteredOn(one -> one.path("service").asString().equals("ingest-gateway"))
                .extracting(one -> one.path("name").asString())
                .containsExactlyInAnyOrder("database", "broker", "registry");
        Answer reset = gateway.post("/admin/breakers/database/reset", "");
        assertThat(reset.status()).isEqualTo(202);
        assertThat(reset.json().path("here").asBoolean()).isTrue();
        gateway.post("/admin/breakers/warp-drive/reset", "").problem(404, "not-found");
    }

    private JsonNode monitoring(String path) {
        Answer answer = gateway.get("/api/monitoring" + path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode component(String name) {
        return monitoring("/health")
                .path("components")
                .valueStream()
                .filter(one -> one.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void scan(
            String id,
            String status,
            String at,
            @Nullable String failure,
            @Nullable Integer score) {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.createUpdate(
                                    """
                                    INSERT INTO reports.scan_status_view (scan_id, client, status, submitted_at, failure)
                                    VALUES (:id, 'ann', :status, <at>, CAST(:failure AS jsonb))
                                    """)
                            .define("at", at)
                            .bind("id", id)
                            .bind("status", status)
                            .bind(
                                    "failure",
                                    failure == null
                                            ? null
                                            : "{\"type\": \"%s\"}".formatted(failure))
                            .execute();
                    if (score != null) {
                        handle.createUpdate(
                                        """
                                        INSERT INTO reports.report_view (scan_id, document, published_at)
                                        VALUES (:id, CAST(:document AS jsonb), <at>)
                                        """)
                                .define("at", at)
                                .bind("id", id)
                                .bind("document", "{\"score\": %d}".formatted(score))
                                .execute();
                    }
                });
    }

    private void tell(ServiceSignal... signals) {
        for (ServiceSignal signal : signals) {
            gateway.bean(RecordPublisher.class)
                    .publish(Topics.OPS_SIGNALS, signal.getInstance(), signal, RequestId.create());
        }
    }

    private static ServiceSignal scheduler() {
        String ledger = "stepfree.scheduler.ledger.";
        return ServiceSignal.newBuilder(signal("scan-scheduler"))
                .setGauges(
                        Map.of(
                                ledger + "waiting",
                                12.0,
                                ledger + "running",
                                5.0,
                                ledger + "retrying",
                                3.0,
                                ledger + "completed",
                                70.0,
                                ledger + "dead_lettered",
                                9.0,
                                ledger + "cancelled",
                                1.0,
                                ledger + "accepted",
                                100.0,
                                "stepfree.scheduler.waiting.oldest",
                                8.5))
                .build();
    }

    private static ServiceSignal worker(int slots, int busy) {
        return ServiceSignal.newBuilder(signal("scan-processor"))
                .setSlots(slots)
                .setInFlight(busy)
                .setGauges(
                        Map.of(
                                "stepfree.browser.memory", 3e8,
                                "stepfree.browser.starts", 2.0,
                                "stepfree.browser.ends.crash", 1.0))
                .build();
    }

    private static ServiceSignal signal(String service) {
        return ServiceSignal.newBuilder()
                .setService(service)
                .setInstance(service + "-of-the-test")
                .setAt(now())
                .setGauges(Map.of())
                .setVersion("1.2.3")
                .setStartedAt(now())
                .build();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
