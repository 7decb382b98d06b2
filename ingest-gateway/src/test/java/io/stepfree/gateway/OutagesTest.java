package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is down is told quickly, and what does not need it goes on. */
final class OutagesTest {

    private static final String SCAN = "{\"url\": \"https://example.com/\"}";
    private static final String SOME_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

    @Test
    void whileTheDatabaseIsDownScansAreTakenButNotShown() {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            var gateway =
                    RunningGateway.start(
                            kafka,
                            TestRegistry.shared(),
                            database,
                            "--stepfree.breakers.open=2s",
                            "--stepfree.gateway.read-timeout=1s");
            try {
                unavailable(() -> gateway.get("/api/scans"), "database-unavailable");

                RunningGateway.createViews(database);
                assertThat(gateway.get("/api/scans").status()).isEqualTo(200);

                try (var lock = gateway.jdbi().open()) {
                    lock.begin();
                    lock.execute("LOCK TABLE reports.scan_status_view");
                    unavailable(() -> gateway.get("/api/scans"), "database-unavailable");
                    lock.rollback();
                }
                assertThat(gateway.get("/api/scans").status()).isEqualTo(200);

                database.stop();
                Answer accepted = gateway.post("/api/scans", SCAN);
                assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
                unavailable(
                        () ->
                                gateway.send(
                                        gateway.request("/api/scans")
                                                .header("Content-Type", "application/json")
                                                .header("Idempotency-Key", "k-1")
                                                .POST(HttpRequest.BodyPublishers.ofString(SCAN))),
                        "database-unavailable");
                for (String path :
                        new String[] {
                            "/api/scans",
                            "/api/scans/" + SOME_ID,
                            "/api/status",
                            "/admin/dlq/jobs",
                            "/admin/dlq/jobs/" + SOME_ID,
                            "/admin/dlq/unreadable"
                        }) {
                    unavailable(() -> gateway.get(path), "database-unavailable");
                }
                unavailable(
                        () -> gateway.post("/admin/dlq/retry/" + SOME_ID, "{}"),
                        "database-unavailable");
                assertThat(gateway.get("/readyz").status())
                        .as("ready for what it can still do")
                        .isEqualTo(200);

                database.restart();
                Awaitility.await().until(() -> gateway.get("/api/scans").status() == 200);
            } finally {
                gateway.stopGateway();
            }
        }
    }

    @Test
    void whileTheDatabaseIsDownALimitIsNotEscapedAndWhoHasNoneGoesOn() {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            RunningGateway gateway =
                    RunningGateway.limited(
                            kafka,
                            database,
                            "--stepfree.breakers.open=10s",
                            "--stepfree.gateway.plans.standard.scans-per-hour=3");
            try {
                assertThat(submit(gateway, "standard").status()).isEqualTo(202);

                database.stop();
                for (int i = 0; i < 3; i++) {
                    unavailable(() -> submit(gateway, "standard"), "database-unavailable");
                    Answer unlimited = submit(gateway, "unlimited");
                    assertThat(unlimited.status()).as(unlimited.body()).isEqualTo(202);
                }
                Answer refused =
                        Awaitility.await("it is not asked any more")
                                .atMost(Duration.ofSeconds(60))
                                .until(
                                        () -> submit(gateway, "standard"),
                                        answer -> answer.body().contains("Nothing was tried"));
                refused.problem(503, "database-unavailable");
                assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"scans\";q=3;w=3600");
                assertThat(refused.header("RateLimit")).as("nobody knows").isNull();
                unavailable(() -> rateLimit(gateway, "standard"), "database-unavailable");
                assertThat(rateLimit(gateway, "unlimited").status()).isEqualTo(200);

                database.restart();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(90))
                        .until(() -> rateLimit(gateway, "standard").status() == 200);
                Answer taken = submit(gateway, "standard");
                assertThat(taken.status()).as(taken.body()).isEqualTo(202);
                assertThat(taken.header("RateLimit"))
                        .as("what could not be counted took nothing")
                        .startsWith("\"scans\";r=1;t=");
            } finally {
                gateway.stopGateway();
            }
        }
    }

    private static Answer submit(RunningGateway gateway, String plan) {
        return gateway.send(
                gateway.request("/api/scans")
                        .header("Content-Type", "application/json")
                        .header(LimitedGateway.CLIENT, "ann")
                        .header(LimitedGateway.PLAN, plan)
                        .POST(HttpRequest.BodyPublishers.ofString(SCAN)));
    }

    private static Answer rateLimit(RunningGateway gateway, String plan) {
        return gateway.send(
                gateway.request("/api/rate-limit")
                        .header(LimitedGateway.CLIENT, "ann")
                        .header(LimitedGateway.PLAN, plan)
                        .GET());
    }

    @Test
    void whileTheBrokerIsDownNothingIsAcceptedButScansAreShown() {
        try (var database = RunningGateway.database()) {
            TestKafka kafka = TestKafka.start();
            var gateway =
                    RunningGateway.start(
                            kafka,
                            TestRegistry.shared(),
                            database,
                            "--stepfree.breakers.failures=1000",
                            "--stepfree.kafka.publish-timeout=5s");
            try {
                assertThat(gateway.post("/api/scans", SCAN).status()).isEqualTo(202);

                kafka.close();
                // A busy machine may take more for one of them.
                Awaitility.await()
                        .until(() ->
                                unavailable(
                                                        () -> gateway.post("/api/scans", SCAN),
                                                        "broker-unavailable")
                                                .compareTo(Duration.ofSeconds(1))
                                        < 0);
                assertThat(gateway.get("/api/scans").status()).isEqualTo(200);
                assertThat(gateway.get("/livez").status()).isEqualTo(200);
            } finally {
                gateway.stopGateway();
                kafka.close();
            }
        }
    }

    @Test
    void whileTheBrokerIsDownManyAreNotAcceptedEitherAndAKeyMakesItSafeToComeAgain() {
        String body = "url\nhttps://example.com/1\nhttps://example.com/2\n";
        try (var database = RunningGateway.database()) {
            TestKafka kafka = TestKafka.start();
            var gateway =
                    RunningGateway.start(
                            kafka,
                            TestRegistry.shared(),
                            database,
                            "--stepfree.kafka.publish-timeout=2s");
            try {
                assertThat(bulk(gateway, "k-1", body).status()).isEqualTo(202);

                kafka.close();
                unavailable(() -> bulk(gateway, "k-2", body), "broker-unavailable");
                Answer again = bulk(gateway, "k-2", body);
                assertThat(again.problem(503, "broker-unavailable").path("detail").asString())
                        .startsWith("0 of 2 scans of the batch bulk-")
                        .contains("with the same Idempotency-Key");
                bulk(gateway, "k-2", body + "https://example.com/3\n")
                        .problem(422, "idempotency-key-reused");
                assertThat(bulk(gateway, "k-1", body).status())
                        .as("what was accepted before")
                        .isEqualTo(202);
            } finally {
                gateway.stopGateway();
                kafka.close();
            }
        }
    }

    @Test
    void whenTheBrokerGoesInTheMiddleTheAnswerTellsHowManyWereAccepted() throws Exception {
        String body = "url\n" + "https://example.com/\n".repeat(10_000);
        try (var database = TestDatabase.start();
                var client = Executors.newVirtualThreadPerTaskExecutor()) {
            RunningGateway.createViews(database);
            TestKafka kafka = TestKafka.start();
            // One record after the other, so that there is a middle.
            var gateway =
                    RunningGateway.start(
                            kafka,
                            TestRegistry.shared(),
                            database,
                            "--stepfree.kafka.publish-timeout=2s",
                            "--stepfree.kafka.client.batch.size=1",
                            "--stepfree.kafka.client.max.in.flight.requests.per.connection=1");
            try {
                var answer = client.submit(() -> bulk(gateway, "k-1", body));
                Awaitility.await().until(() -> gateway.published(Topics.SCAN_REQUESTS) > 100);
                kafka.close();

                JsonNode problem = answer.get().problem(503, "broker-unavailable");
                assertThat(answer.get().header("Retry-After")).matches("[1-9][0-9]*");
                assertThat(problem.path("detail").asString())
                        .matches(
                                "[1-9][0-9,]* of 10,000 scans of the batch bulk-[0-9a-f-]{36} were accepted before .*it completes the batch and doubles nothing\\.");
            } finally {
                gateway.stopGateway();
                kafka.close();
            }
        }
    }

    private static Answer bulk(RunningGateway gateway, String key, String body) {
        return gateway.send(
                gateway.request("/api/scans/bulk")
                        .header("Content-Type", "text/csv")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void theRegistryIsNeededOnlyByAGatewayThatStarts() {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start();
                var registry = TestRegistry.start()) {
            var early = RunningGateway.start(kafka, registry, database);
            try {
                assertThat(early.post("/api/scans", SCAN).status()).isEqualTo(202);

                registry.close();
                assertThat(early.post("/api/scans", SCAN).status()).isEqualTo(202);
                var late = RunningGateway.start(kafka, registry, database);
                try {
                    unavailable(() -> late.post("/api/scans", SCAN), "registry-unavailable");
                } finally {
                    late.stopGateway();
                }
            } finally {
                early.stopGateway();
            }
        }
    }

    private interface Call {
        Answer make();
    }

    /** How long it took. */
    private static Duration unavailable(Call call, String kind) {
        long started = System.nanoTime();
        Answer answer = call.make();
        Duration took = Duration.ofNanos(System.nanoTime() - started);

        answer.problem(503, kind);
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        // It takes three seconds at most; a busy machine may take more.
        assertThat(took).isLessThan(Duration.ofSeconds(20));
        return took;
    }
}
