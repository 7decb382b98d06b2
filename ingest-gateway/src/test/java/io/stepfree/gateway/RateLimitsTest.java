package io.stepfree.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a plan limits, over real HTTP, two gateways and a real database. */
final class RateLimitsTest {

    private static final String SCANS = "/api/scans";
    private static final String SCAN = "{\"url\": \"https://example.com/\"}";
    private static final String STANDARD = "standard";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestKafka kafka;
    private static TestDatabase database;
    private static RunningGateway first;
    private static RunningGateway second;

    /** A new one for each test, with all of its hour. */
    private String client = "";

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = RunningGateway.database();
        first = gateway();
        second = gateway();
    }

    @AfterAll
    static void stop() {
        second.stopGateway();
        first.stopGateway();
        kafka.close();
        database.close();
    }

    private static RunningGateway gateway(String... more) {
        var all = new ArrayList<>(List.of(more));
        // What is tested of it has a gateway of its own.
        all.add("--stepfree.gateway.plans.standard.scans-per-hour=10");
        all.add("--stepfree.gateway.plans.standard.requests-per-second=1000");
        all.add("--stepfree.gateway.plans.slow.requests-per-second=2");
        return RunningGateway.limited(kafka, database, all.toArray(String[]::new));
    }

    @BeforeEach
    void aNewClient() {
        client = "client-" + UUID.randomUUID();
    }

    @Test
    void theEleventhScanOfAnHourIsRefusedForAsLongAsItIsTold() {
        for (int left = 9; left >= 0; left--) {
            Answer taken = submit(first);
            assertThat(taken.status()).as(taken.body()).isEqualTo(202);
            assertThat(taken.header("RateLimit-Policy")).isEqualTo("\"scans\";q=10;w=3600");
            assertThat(taken.header("RateLimit")).startsWith("\"scans\";r=%d;t=".formatted(left));
        }

        Answer refused = submit(first);
        assertThat(refused.problem(429, "rate-limited").path("detail").asString())
                .contains("All 10 scans");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"scans\";q=10;w=3600");
        long wait = retryAfter(refused);
        assertThat(wait).isBetween(3_500L, 3_600L);
        assertThat(refused.header("RateLimit")).isEqualTo("\"scans\";r=0;t=%d".formatted(wait));

        LimitedGateway.advance(Duration.ofSeconds(wait / 2));
        Answer again = submit(first);
        again.problem(429, "rate-limited");
        assertThat(retryAfter(again)).isLessThanOrEqualTo(wait - wait / 2);

        LimitedGateway.advance(Duration.ofSeconds(retryAfter(again)));
        Answer taken = submit(first);
        assertThat(taken.status()).as(taken.body()).isEqualTo(202);
        assertThat(taken.header("RateLimit")).isEqualTo("\"scans\";r=9;t=3600");
    }

    @Test
    void fiftyAtOnceAtTwoGatewaysAreTenScans() throws Exception {
        List<Answer> answers =
                atOnce(50, number -> number % 2 == 0 ? submit(first) : submit(second));

        assertThat(answers).extracting(Answer::status).containsOnly(202, 429);
        assertThat(answers).filteredOn(answer -> answer.status() == 202).hasSize(10);
        assertThat(remaining()).isZero();
    }

    @Test
    void fiftyKeysAtOnceAtTwoGatewaysAreTenScans() throws Exception {
        List<Answer> answers =
                atOnce(
                        50,
                        number ->
                                submit(
                                        number % 2 == 0 ? first : second,
                                        SCAN,
                                        "%s-%d".formatted(client, number)));

        assertThat(answers).extracting(Answer::status).containsOnly(202, 429);
        assertThat(answers).filteredOn(answer -> answer.status() == 202).hasSize(10);
    }

    @Test
    void aRestartOfTheGatewayForgetsNothing() {
        RunningGateway before = gateway();
        submit(before);
        submit(before);
        before.stopGateway();

        RunningGateway after = gateway();
        try {
            assertThat(submit(after).header("RateLimit")).startsWith("\"scans\";r=7;t=");
        } finally {
            after.stopGateway();
        }
    }

    @Test
    void whatIsRefusedTakesNothing() {
        useAll();
        for (int i = 0; i < 5; i++) {
            submit(first).problem(429, "rate-limited");
        }

        LimitedGateway.advance(Duration.ofHours(1));
        useAll();
        submit(first).problem(429, "rate-limited");
    }

    @Test
    void whatIsNotProperTakesNothingAndIsToldWhatIsLeft() {
        submit(first);

        Answer refused = submit(first, "{\"url\": \"ftp://example.com/\"}", null);

        refused.problem(400, "invalid-fields");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"scans\";q=10;w=3600");
        assertThat(refused.header("RateLimit")).startsWith("\"scans\";r=9;t=");
        assertThat(remaining()).isEqualTo(9);
    }

    @Test
    void theSameKeyTakesOne() throws Exception {
        String key = client + "-key";
        List<Answer> answers =
                atOnce(50, number -> submit(number % 2 == 0 ? first : second, SCAN, key));

        assertThat(answers).extracting(Answer::status).containsOnly(202);
        assertThat(answers).extracting(Answer::body).containsOnly(answers.getFirst().body());
        assertThat(submit(first, SCAN, key).header("RateLimit")).startsWith("\"scans\";r=9;t=");
        submit(first, "{\"url\": \"https://example.org/\"}", key)
                .problem(422, "idempotency-key-reused");
        assertThat(remaining()).isEqualTo(9);
    }

    @Test
    void aKeyOfAScanThatIsRefusedIsNotTaken() {
        useAll();
        String key = client + "-key";
        submit(first, SCAN, key).problem(429, "rate-limited");
        submit(second, SCAN, key).problem(429, "rate-limited");

        LimitedGateway.advance(Duration.ofHours(1));
        Answer taken = submit(first, "{\"url\": \"https://example.org/\"}", key);
        assertThat(taken.status()).as("with another body: " + taken.body()).isEqualTo(202);
        assertThat(remaining()).isEqualTo(9);
    }

    @Test
    void anAnswerIsRepeatedAlsoWhenNothingIsLeft() {
        String key = client + "-key";
        Answer taken = submit(first, SCAN, key);
        for (int i = 0; i < 9; i++) {
            submit(first);
        }

        Answer repeated = submit(second, SCAN, key);

        assertThat(repeated.status()).isEqualTo(202);
        assertThat(repeated.body()).isEqualTo(taken.body());
        assertThat(repeated.header("RateLimit")).startsWith("\"scans\";r=0;t=");
    }

    @Test
    void whatCannotBePublishedIsGivenBackAndTakenAnewByTheNextWithItsKey() {
        TestKafka gone = TestKafka.start();
        RunningGateway gateway =
                RunningGateway.limited(
                        gone,
                        database,
                        "--stepfree.kafka.publish-timeout=2s",
                        "--stepfree.breakers.failures=1000");
        try {
            assertThat(submit(gateway).status()).isEqualTo(202);
            gone.close();
            submit(gateway).problem(503, "broker-unavailable");
            assertThat(remaining()).isEqualTo(9);

            String key = client + "-key";
            submit(gateway, SCAN, key).problem(503, "broker-unavailable");
            assertThat(remaining()).isEqualTo(9);
            submit(gateway, SCAN, key).problem(503, "broker-unavailable");
            assertThat(remaining()).isEqualTo(9);

            // The other gateway's broker is there: it takes the key's scan, and counts it once.
            assertThat(submit(first, SCAN, key).status()).isEqualTo(202);
            assertThat(submit(first, SCAN, key).status()).isEqualTo(202);
            assertThat(remaining()).isEqualTo(8);
        } finally {
            gateway.stopGateway();
            gone.close();
        }
    }

    @Test
    void clientsAndPlansDoNotShareTheirHours() {
        useAll();
        client = client + "-another";
        assertThat(submit(first).status()).isEqualTo(202);
    }

    @Test
    void aPlanWithoutALimitIsToldNothingOfOne() {
        Answer answer = send(first, SCANS, "unlimited", SCAN, null);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("RateLimit")).isNull();
        assertThat(answer.header("RateLimit-Policy")).isNull();
        JsonNode own = get(first, "/api/rate-limit", "unlimited").json();
        assertThat(own.path("unlimited").asBoolean()).isTrue();
        assertThat(own.path("plan").asString()).isEqualTo("unlimited");
        assertThat(own.has("limit")).isFalse();
        assertThat(own.has("requestsPerSecond")).isFalse();
    }

    @Test
    void aPlanThatIsNotSetUpIsNotPassedOver() {
        Answer answer = send(first, SCANS, "gold", SCAN, null);

        assertThat(answer.problem(503, "unavailable").path("detail").asString())
                .contains("'gold'")
                .contains("stepfree.gateway.plans.gold")
                .contains("slow, standard, unlimited");
        assertThat(answer.header("Retry-After")).isNotNull();
    }

    @Test
    void aClientSeesHowItStands() {
        JsonNode fresh = get(first, "/api/rate-limit", STANDARD).json();
        assertThat(fresh.path("client").asString()).isEqualTo(client);
        assertThat(fresh.path("plan").asString()).isEqualTo(STANDARD);
        assertThat(fresh.path("limit").asInt()).isEqualTo(10);
        assertThat(fresh.path("remaining").asInt()).isEqualTo(10);
        assertThat(fresh.path("resetSeconds").asInt()).isZero();
        assertThat(fresh.path("requestsPerSecond").asInt()).isEqualTo(1_000);

        submit(first);
        submit(second);
        JsonNode used = get(second, "/api/rate-limit", STANDARD).json();
        assertThat(used.path("remaining").asInt()).isEqualTo(8);
        assertThat(used.path("resetSeconds").asInt()).isBetween(3_500, 3_600);
    }

    @Test
    void anOperatorSeesWhatIsLeftToAClient() {
        get(first, "/api/monitoring/rate-limit/" + client, "unlimited").problem(404, "not-found");
        submit(first);

        JsonNode use =
                await().atMost(PATIENCE)
                        .until(
                                () ->
                                        get(
                                                        first,
                                                        "/api/monitoring/rate-limit/" + client,
                                                        "unlimited")
                                                .json(),
                                answer -> answer.has("remaining"));

        assertThat(use.path("plan").asString()).isEqualTo(STANDARD);
        assertThat(use.path("limit").asInt()).isEqualTo(10);
        assertThat(use.path("remaining").asInt()).isEqualTo(9);
        assertThat(use.path("resetSeconds").asInt()).isBetween(3_500, 3_600);
    }

    @Test
    void requestsOfASecondAreBoundedOnEveryRouteButThoseOfTheProbes() throws Exception {
        List<Answer> answers = atOnce(50, _ -> get(first, "/api/rate-limit", "slow"));

        assertThat(answers).extracting(Answer::status).contains(200, 429);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 429)
                .allSatisfy(answer -> {
                    answer.problem(429, "rate-limited");
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                });
        for (String probe : List.of("/livez", "/readyz")) {
            assertThat(atOnce(50, _ -> get(first, probe, "slow")))
                    .extracting(Answer::status)
                    .containsOnly(200);
        }
    }

    @Test
    void whatIsRefusedIsToldToWhoeverWatches() {
        useAll();
        for (int i = 0; i < 3; i++) {
            submit(first).problem(429, "rate-limited");
        }

        try (var signals = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_SIGNALS)) {
            await().atMost(PATIENCE)
                    .until(() ->
                            signals.received().stream()
                                    .map(record -> record.value().getGauges())
                                    .anyMatch(gauges ->
                                            gauges.getOrDefault("stepfree.requests.refused", 0.0)
                                                    >= 3));
        }
        assertThat(first.get("/actuator/prometheus").body())
                .contains("stepfree_requests_refused_total{limit=\"requests\"}")
                .contains("stepfree_requests_refused_total{limit=\"scans\"}");
    }

    @Test
    void nothingMoreIsTakenWhileTooManyWait() {
        RunningGateway bounded = gateway("--stepfree.gateway.queue-bound=100");
        try {
            String key = client + "-key";
            Answer before = submit(bounded, SCAN, key);
            assertThat(before.status()).as("nobody has told yet").isEqualTo(202);

            tellWaiting(bounded, 101);
            Answer full =
                    await().atMost(PATIENCE)
                            .until(
                                    () -> send(bounded, SCANS, "unlimited", SCAN, null),
                                    answer -> answer.status() != 202);
            assertThat(full.problem(503, "queue-full").path("detail").asString()).contains("101");
            assertThat(retryAfter(full)).isPositive();
            submit(bounded).problem(503, "queue-full");
            submit(bounded, SCAN, client + "-new").problem(503, "queue-full");
            assertThat(submit(bounded, SCAN, key).body())
                    .as("what was taken is told again")
                    .isEqualTo(before.body());
            assertThat(remaining()).isEqualTo(9);

            tellWaiting(bounded, 100);
            await().atMost(PATIENCE).until(() -> submit(bounded).status() == 202);
        } finally {
            tellWaiting(first, 0);
            bounded.stopGateway();
        }
    }

    @Test
    void hoursThatAreLongOverAreSwept() {
        submit(first);
        first.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO gateway.rate_limits (id, state, full_at) VALUES ('standard/old', NULL, 0)"));

        RunningGateway another = gateway();
        try {
            submit(another);
            await().atMost(PATIENCE).until(() -> !ids().contains("standard/old"));
            assertThat(ids()).contains("standard/" + client);
        } finally {
            another.stopGateway();
        }
    }

    @Test
    void manyAtOnceAreTakenWhenAllOfThemAreLeftAndNoneOtherwise() {
        Answer never = bulk(11, null);
        assertThat(never.problem(400, "refused").path("detail").asString())
                .startsWith("The request has 11 scans, and the plan standard allows 10 an hour;");
        Answer taken = bulk(7, null);
        Answer refused = bulk(4, null);
        Answer rest = bulk(3, "rest-" + client);
        Answer again = bulk(3, "rest-" + client);

        assertThat(taken.status()).as(taken.body()).isEqualTo(202);
        assertThat(refused.problem(429, "rate-limited").path("detail").asString())
                .startsWith("The request has 4 scans, and 3 of the 10 an hour are left;");
        assertThat(retryAfter(refused)).isBetween(3_500L, 3_600L);
        assertThat(rest.status()).as(rest.body()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(rest.body());
        submit(first).problem(429, "rate-limited");
    }

    @Test
    void aSiteTakesItsPagesAtOnceAndWithoutAWordAsManyAsAreLeft() {
        site(", \"pages\": 11").problem(400, "refused");
        Answer chosen = site(", \"pages\": 4");
        Answer refused = site(", \"pages\": 7");
        Answer rest = site("");

        assertThat(chosen.status()).as(chosen.body()).isEqualTo(202);
        assertThat(chosen.header("RateLimit")).startsWith("\"scans\";r=6;");
        refused.problem(429, "rate-limited");
        assertThat(rest.status()).as(rest.body()).isEqualTo(202);
        assertThat(rest.json().path("pages").asInt()).isEqualTo(6);
        site("").problem(429, "rate-limited");
        submit(first).problem(429, "rate-limited");
    }

    @Test
    void aSiteThatComesAgainUnderItsKeyHasAsManyPagesAsWereBooked() {
        site(", \"pages\": 4");
        Answer booked = site("", "whole-" + client);
        assertThat(booked.json().path("pages").asInt()).isEqualTo(6);

        assertThat(site("", "whole-" + client).body()).isEqualTo(booked.body());

        // Its gateway died before it knew that the order was published.
        forgetPublished(booked, true);
        LimitedGateway.advance(Duration.ofHours(1));
        assertThat(site("", "whole-" + client).body()).isEqualTo(booked.body());
        assertThat(remaining()).as("booked once").isEqualTo(10);

        // It could not be published, and was given back.
        forgetPublished(booked, false);
        assertThat(site("", "whole-" + client).body()).isEqualTo(booked.body());
        assertThat(remaining()).isEqualTo(4);

        String id = booked.json().path("id").asString();
        try (var probe = TopicProbe.of(kafka, first.registry(), Topics.SITE_COMMANDS)) {
            assertThat(probe.received())
                    .filteredOn(record -> record.value().getSiteId().equals(id))
                    .hasSize(3)
                    .allMatch(
                            record -> requireNonNull(record.value().getRequest()).getPages() == 6);
        }
    }

    private static void forgetPublished(Answer booked, boolean counted) {
        first.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE gateway.idempotency_keys SET published = false, counted = ? WHERE scan_id = ?::uuid",
                                counted,
                                booked.json().path("id").asString()));
    }

    private Answer site(String more) {
        return site(more, null);
    }

    private Answer site(String more, @Nullable String key) {
        return send(
                first,
                "/api/sites",
                STANDARD,
                "{\"url\": \"https://example.com/\"%s}".formatted(more),
                key);
    }

    private Answer bulk(int rows, @Nullable String key) {
        var body = new StringBuilder("url\n");
        for (int row = 0; row < rows; row++) {
            body.append("https://example.com/").append(row).append('\n');
        }
        HttpRequest.Builder request =
                first.request("/api/scans/bulk?batch=b")
                        .header("Content-Type", "text/csv")
                        .header(LimitedGateway.CLIENT, client)
                        .header(LimitedGateway.PLAN, STANDARD)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        return first.send(key == null ? request : request.header("Idempotency-Key", key));
    }

    private static List<String> ids() {
        return first.jdbi()
                .withHandle(handle ->
                        handle.createQuery("SELECT id FROM gateway.rate_limits")
                                .mapTo(String.class)
                                .list());
    }

    private static void tellWaiting(RunningGateway gateway, double waiting) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var signal =
                ServiceSignal.newBuilder()
                        .setService("scan-scheduler")
                        .setInstance("scan-scheduler-1")
                        .setAt(now)
                        .setSlots(0)
                        .setGauges(Map.of("stepfree.scheduler.ledger.waiting", waiting))
                        .setVersion("1")
                        .setStartedAt(now)
                        .build();
        gateway.bean(RecordPublisher.class)
                .publish(Topics.OPS_SIGNALS, signal.getInstance(), signal, RequestId.create());
    }

    private void useAll() {
        for (int i = 0; i < 10; i++) {
            Answer taken = submit(first);
            assertThat(taken.status()).as(taken.body()).isEqualTo(202);
        }
    }

    private int remaining() {
        Answer answer = get(second, "/api/rate-limit", STANDARD);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("remaining").asInt();
    }

    private static long retryAfter(Answer answer) {
        return Long.parseLong(requireNonNull(answer.header("Retry-After")));
    }

    private Answer submit(RunningGateway gateway) {
        return submit(gateway, SCAN, null);
    }

    private Answer submit(RunningGateway gateway, String body, @Nullable String key) {
        return send(gateway, SCANS, STANDARD, body, key);
    }

    private Answer send(
            RunningGateway gateway, String path, String plan, String body, @Nullable String key) {
        HttpRequest.Builder request =
                asked(gateway, path, plan)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return gateway.send(key == null ? request : request.header("Idempotency-Key", key));
    }

    private Answer get(RunningGateway gateway, String path, String plan) {
        return gateway.send(asked(gateway, path, plan).GET());
    }

    private HttpRequest.Builder asked(RunningGateway gateway, String path, String plan) {
        return gateway.request(path)
                .header(LimitedGateway.CLIENT, client)
                .header(LimitedGateway.PLAN, plan);
    }

    private interface Call {
        Answer make(int number);
    }

    private static List<Answer> atOnce(int times, Call call) throws Exception {
        List<Callable<Answer>> calls =
                IntStream.range(0, times)
                        .<Callable<Answer>>mapToObj(number -> () -> call.make(number))
                        .toList();
        var answers = new ArrayList<Answer>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> answer : clients.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
