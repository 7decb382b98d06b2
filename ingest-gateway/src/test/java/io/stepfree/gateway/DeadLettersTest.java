package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class DeadLettersTest {

    private static final String SCAN = "01890a5d-ac96-774b-bcce-b302099a9001";
    private static final String OTHER = "01890a5d-ac96-774b-bcce-b302099a9002";

    private final RunningGateway gateway;

    DeadLettersTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createScript(
                                        "TRUNCATE dead_letters.dead_letter_view, dead_letters.unreadable_view, reports.scan_status_view")
                                .execute());
    }

    @Test
    void deadLettersAreListedNewestFirst() {
        bury(gateway, SCAN, 0, "replayed");
        bury(gateway, SCAN, 1, "dead");
        bury(gateway, OTHER, 0, "dead");

        JsonNode items = gateway.get("/admin/dlq/jobs").json().path("items");

        assertThat(items).hasSize(3);
        JsonNode first = items.path(0);
        assertThat(first.path("scanId").asString()).isEqualTo(SCAN);
        assertThat(first.path("replays").asInt()).isEqualTo(1);
        assertThat(first.path("requestId").asString()).isEqualTo("request-1");
        assertThat(first.path("client").asString()).isEqualTo("local");
        assertThat(first.path("url").asString()).isEqualTo("https://example.com/");
        assertThat(first.path("host").asString()).isEqualTo("example.com");
        assertThat(first.path("failureType").asString()).isEqualTo("http_error");
        assertThat(first.path("message").asString()).isEqualTo("answered 404");
        assertThat(first.path("httpStatus").asInt()).isEqualTo(404);
        assertThat(first.path("cause").asString()).isEqualTo("not_retryable");
        assertThat(first.path("attempts").asInt()).isEqualTo(1);
        assertThat(first.path("diedAt").asString()).isEqualTo("2026-01-01T10:01:00Z");
        assertThat(first.path("state").asString()).isEqualTo("dead");
        assertThat(first.path("position").path("topic").asString()).isEqualTo("scan.dead-letters");
        assertThat(first.path("position").path("partition").asInt()).isEqualTo(3);
        assertThat(first.path("position").path("offset").asLong()).isEqualTo(77);
        assertThat(first.has("record")).isFalse();
        assertThat(first.has("alreadyReplayed")).isFalse();
        assertThat(gateway.get("/admin/dlq/jobs?limit=1").json().path("items")).hasSize(1);
    }

    @Test
    void deadLettersCanBeChosenByTheirFailure() {
        bury(gateway, SCAN, 0, "dead");

        assertThat(gateway.get("/admin/dlq/jobs?type=http_error").json().path("items")).hasSize(1);
        assertThat(gateway.get("/admin/dlq/jobs?type=HTTP_ERROR").json().path("items")).hasSize(1);
        assertThat(gateway.get("/admin/dlq/jobs?type=timeout").json().path("items")).isEmpty();
    }

    @Test
    void oneDeadLetterIsShownWithItsWholeRecord() {
        bury(gateway, SCAN, 0, "replayed");
        bury(gateway, SCAN, 1, "dead");

        JsonNode shown = gateway.get("/admin/dlq/jobs/" + SCAN).json();

        assertThat(shown.path("replays").asInt()).as("the last life").isEqualTo(1);
        assertThat(shown.path("record").path("request").path("scanId").asString()).isEqualTo(SCAN);
    }

    @Test
    void aDeadSecondLookSaysBecauseOfWhichScanItWasOrdered() {
        bury(gateway, SCAN, 0, "dead");
        bury(gateway, OTHER, 0, "dead");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.scan_status_view (scan_id, relook_of, second_look) VALUES (?, ?, true)",
                                OTHER,
                                SCAN));

        JsonNode listed = gateway.get("/admin/dlq/jobs").json().path("items");

        assertThat(listed.path(0).path("secondLookOf").asString()).isEqualTo(SCAN);
        assertThat(listed.path(1).has("secondLookOf")).isFalse();
        assertThat(gateway.get("/admin/dlq/jobs/" + OTHER).json().path("secondLookOf").asString())
                .isEqualTo(SCAN);
        JsonNode stats = gateway.get("/admin/dlq/stats").json();
        assertThat(stats.path("total").asInt()).isEqualTo(2);
        assertThat(stats.path("secondLooks").asInt()).isEqualTo(1);
    }

    @Test
    void oneDeadLetterIsShownWithTheLivesBeforeIt() {
        bury(gateway, SCAN, 0, "replayed");
        bury(gateway, SCAN, 1, "replayed");
        bury(gateway, SCAN, 2, "dead");
        bury(gateway, OTHER, 0, "dead");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE dead_letters.dead_letter_view
                                   SET message = 'took 30 s', failure_type = 'timeout', http_status = NULL,
                                       topic_offset = 12, replay_id = 'replay-1', next_end = 'died',
                                       next_ended_at = '2026-01-01T11:00:00Z',
                                       record = '{"failures": [{"attempt": 1, "message": "took 30 s"}]}'
                                 WHERE scan_id = ? AND replays = 0
                                """,
                                SCAN));

        JsonNode shown = gateway.get("/admin/dlq/jobs/" + SCAN).json();

        assertThat(shown.path("replays").asInt()).isEqualTo(2);
        JsonNode lives = shown.path("earlierLives");
        assertThat(lives).extracting(life -> life.path("replays").asInt()).containsExactly(1, 0);
        JsonNode first = lives.path(1);
        assertThat(first.path("failureType").asString()).isEqualTo("timeout");
        assertThat(first.path("message").asString()).isEqualTo("took 30 s");
        assertThat(first.has("httpStatus")).isFalse();
        assertThat(first.path("diedAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(first.at("/position/offset").asLong()).isEqualTo(12);
        assertThat(first.at("/nextLife/replayId").asString()).isEqualTo("replay-1");
        assertThat(first.at("/nextLife/end").asString()).isEqualTo("died");
        assertThat(first.at("/failures/0/attempt").asInt()).isEqualTo(1);
        assertThat(gateway.get("/admin/dlq/jobs/" + OTHER).json().path("earlierLives").isArray())
                .isTrue();
    }

    @Test
    void unreadableRecordsAreListed() {
        keepUnreadable(gateway, 4);
        keepUnreadable(gateway, 5);

        JsonNode items = gateway.get("/admin/dlq/unreadable").json().path("items");

        assertThat(items).hasSize(2);
        assertThat(items.path(0).path("id").asLong()).isEqualTo(5);
        assertThat(items.path(0).path("position").path("topic").asString())
                .isEqualTo("scan.requests");
        assertThat(items.path(0).path("keptAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(items.path(0).path("error").asString()).isEqualTo("unknown schema 9");
        assertThat(items.path(0).path("sizeBytes").asInt()).isEqualTo(12);
    }

    @Test
    void aReplayIsOrderedFromTheDlqProcessor() {
        bury(gateway, SCAN, 0, "replayed");
        bury(gateway, SCAN, 1, "dead");

        Answer answer =
                gateway.send(
                        gateway.request("/admin/dlq/retry/" + SCAN)
                                .header("Content-Type", RunningGateway.JSON)
                                .header("X-Request-ID", "operator-1")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"reason\": \"the site is back\"}")));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.json().path("scanId").asString()).isEqualTo(SCAN);
        String commandId = answer.json().path("commandId").asString();
        assertThat(answer.header("Location")).isEqualTo("/admin/dlq/actions/" + commandId);
        ConsumerRecord<String, OperatorCommand> record = ordered(commandId);
        assertThat(record.key()).isEqualTo("dlq-processor");
        assertThat(record.headers().lastHeader("x-request-id").value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("operator-1");
        assertThat(record.value().getKind()).isEqualTo(OperatorCommandKind.REPLAY);
        assertThat(record.value().getScanId()).isEqualTo(SCAN);
        assertThat(record.value().getRequestId()).isEqualTo("operator-1");
        assertThat(record.value().getReason()).isEqualTo("the site is back");
        assertThat(record.value().getOrderedBy()).isEqualTo("local");
    }

    @Test
    void aReplayNeedsNoBody() {
        bury(gateway, SCAN, 0, "dead");

        Answer answer =
                gateway.send(
                        gateway.request("/admin/dlq/retry/" + SCAN)
                                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(ordered(answer.json().path("commandId").asString()).value().getReason())
                .isEmpty();
    }

    static Stream<Arguments> wrongReasons() {
        return Stream.of(
                Arguments.of("{\"reason\": 7}", "/reason"),
                Arguments.of("{\"reason\": \"%s\"}".formatted("a".repeat(501)), "/reason"),
                Arguments.of("{\"why\": \"because\"}", "/why"),
                Arguments.of("[]", ""));
    }

    @ParameterizedTest
    @MethodSource
    void wrongReasons(String body, String pointer) {
        bury(gateway, SCAN, 0, "dead");
        long before = gateway.published(Topics.OPS_COMMANDS);

        Answer answer = gateway.post("/admin/dlq/retry/" + SCAN, body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly(pointer);
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void aReasonOfAnotherMediaTypeIsNotSupported() {
        bury(gateway, SCAN, 0, "dead");

        gateway.send(
                        gateway.request("/admin/dlq/retry/" + SCAN)
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString("because")))
                .problem(415, "unsupported-media-type");
    }

    @Test
    void whatWasReplayedIsNotReplayedAgain() {
        bury(gateway, SCAN, 0, "replayed");
        long before = gateway.published(Topics.OPS_COMMANDS);

        gateway.post("/admin/dlq/retry/" + SCAN, "{}").problem(409, "conflict");

        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER, "no-id"})
    void whatIsNotDeadCannotBeReplayed(String id) {
        gateway.post("/admin/dlq/retry/" + id, "{}").problem(404, "not-found");
    }

    static void bury(RunningGateway gateway, String scanId, int replays, String state) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.dead_letter_view VALUES (?, ?, 'request-1', 'local',
                                'https://example.com/', 'example.com', 'http_error', 'answered 404', 404,
                                'not_retryable', 1, '2026-01-01T10:00:00Z'::timestamptz + ? * interval '1 min',
                                ?, ?::jsonb, 'scan.dead-letters', 3, 77)
                                """,
                                scanId,
                                replays,
                                replays,
                                state,
                                "{\"request\": {\"scanId\": \"%s\"}}".formatted(scanId)));
    }

    static void keepUnreadable(RunningGateway gateway, long id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.unreadable_view VALUES (?, 'scan.requests', 0, 1,
                                '2026-01-01T10:00:00Z', 'unknown schema 9', 12)
                                """,
                                id));
    }

    private ConsumerRecord<String, OperatorCommand> ordered(String commandId) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.OPS_COMMANDS)) {
            return Awaitility.await()
                    .until(
                            () ->
                                    probe.received().stream()
                                            .filter(record ->
                                                    record.value().getCommandId().equals(commandId))
                                            .toList(),
                            records -> records.size() == 1)
                    .getFirst();
        }
    }
}
