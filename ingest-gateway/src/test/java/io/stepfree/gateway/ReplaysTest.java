package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OffsetSpan;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class ReplaysTest {

    private static final String REPLAYS = "/admin/dlq/replays";

    private final RunningGateway gateway;

    ReplaysTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "TRUNCATE dead_letters.replay_view, dead_letters.dead_letter_view"));
    }

    @Test
    void aReplayOfManyIsOrderedFromTheDlqProcessorAsItWasAsked() {
        Answer answer =
                gateway.post(
                        REPLAYS,
                        """
                        {"filter": {"type": "http_error", "host": "Example.com", "client": "team-a", "pattern": "0123456789ab",
                                    "engine": "axe-core 4.14.1", "q": "503 shop",
                                    "from": "2026-11-22T10:00:00+01:00", "to": "2026-11-22T12:00:00Z"},
                         "dryRun": true, "canary": {"share": 0.1, "success": 0.9}, "rate": 2.5,
                         "reason": "the site is back"}
                        """);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        String id = answer.json().path("id").asString();
        assertThat(answer.json().path("state").asString()).isEqualTo("ordered");
        assertThat(answer.json().path("links").path("self").asString())
                .isEqualTo(REPLAYS + "/" + id);
        assertThat(answer.header("Location")).isEqualTo(REPLAYS + "/" + id);
        ConsumerRecord<String, OperatorCommand> record = ordered(id);
        assertThat(record.key()).isEqualTo("dlq-processor");
        assertThat(record.value().getKind()).isEqualTo(OperatorCommandKind.REPLAY_MANY);
        assertThat(record.value().getReason()).isEqualTo("the site is back");
        assertThat(record.value().getOrderedBy()).isEqualTo("local");
        assertThat(record.value().getPlan())
                .isEqualTo(
                        ReplayPlan.newBuilder()
                                .setFilter(
                                        DeadLetterFilter.newBuilder()
                                                .setFailureType("http_error")
                                                .setHost("example.com")
                                                .setClient("team-a")
                                                .setPattern("0123456789ab")
                                                .setEngine("axe-core 4.14.1")
                                                .setText("503 shop")
                                                .setDiedFrom(Instant.parse("2026-11-22T09:00:00Z"))
                                                .setDiedBefore(
                                                        Instant.parse("2026-11-22T12:00:00Z"))
                                                .build())
                                .setDryRun(true)
                                .setCanaryShare(0.1)
                                .setCanarySuccess(0.9)
                                .setRatePerSecond(2.5)
                                .build());
    }

    @Test
    void whatIsLeftOutIsTheDefault() {
        ReplayPlan plan = ordered(accepted("{\"filter\": {}}")).value().getPlan();

        assertThat(plan.getFilter()).isEqualTo(DeadLetterFilter.newBuilder().build());
        assertThat(plan.getSpan()).isNull();
        assertThat(plan.getDryRun()).isFalse();
        assertThat(plan.getCanaryShare()).isZero();
        assertThat(plan.getRatePerSecond()).isEqualTo(10);
        assertThat(
                        ordered(accepted("{\"filter\": {}, \"canary\": {\"share\": 0.2}}"))
                                .value()
                                .getPlan()
                                .getCanarySuccess())
                .isEqualTo(0.8);
    }

    @Test
    void aStretchOfTheTopicIsOrderedByOffsetsOrByTimes() {
        var byOffsets =
                ordered(
                                accepted(
                                        "{\"span\": {\"offsets\": [{\"partition\": 3, \"from\": 120, \"to\": 9000000000}]}}"))
                        .value()
                        .getPlan()
                        .getSpan();
        assertThat(byOffsets.getOffsets())
                .containsExactly(
                        OffsetSpan.newBuilder()
                                .setPartition(3)
                                .setFromOffset(120)
                                .setToOffset(9_000_000_000L)
                                .build());
        var byTimes =
                ordered(accepted("{\"span\": {\"from\": \"2026-11-22T09:00:00Z\"}}"))
                        .value()
                        .getPlan()
                        .getSpan();
        assertThat(byTimes.getOffsets()).isEmpty();
        assertThat(byTimes.getWrittenFrom()).isEqualTo(Instant.parse("2026-11-22T09:00:00Z"));
        assertThat(byTimes.getWrittenBefore()).isNull();
    }

    static Stream<Arguments> wrongPlans() {
        return Stream.of(
                Arguments.of("{}", List.of("")),
                Arguments.of("[]", List.of("")),
                Arguments.of(
                        "{\"filter\": {}, \"span\": {\"from\": \"2026-01-01T00:00:00Z\"}}",
                        List.of("/span")),
                Arguments.of("{\"filter\": {\"type\": \"boom\"}}", List.of("/filter/type")),
                Arguments.of("{\"filter\": {\"hostname\": \"a\"}}", List.of("/filter/hostname")),
                Arguments.of("{\"filter\": {\"q\": \" \"}}", List.of("/filter/q")),
                Arguments.of("{\"filter\": {\"from\": \"yesterday\"}}", List.of("/filter/from")),
                Arguments.of(
                        "{\"filter\": {\"from\": \"+999999999-01-01T00:00:00Z\"}}",
                        List.of("/filter/from")),
                Arguments.of(
                        "{\"filter\": {\"from\": \"2026-01-02T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}}",
                        List.of("/filter/to")),
                Arguments.of("{\"span\": {}}", List.of("/span")),
                Arguments.of("{\"span\": {\"offsets\": []}}", List.of("/span/offsets")),
                Arguments.of(
                        "{\"span\": {\"offsets\": [{\"partition\": 1, \"from\": 5, \"to\": 5}]}}",
                        List.of("/span/offsets/0/to")),
                Arguments.of(
                        "{\"span\": {\"offsets\": [{\"partition\": -1, \"from\": 0, \"to\": 5}]}}",
                        List.of("/span/offsets/0/partition")),
                Arguments.of(
                        "{\"span\": {\"offsets\": [{\"from\": 0, \"to\": 5}]}}",
                        List.of("/span/offsets/0/partition")),
                Arguments.of(
                        "{\"span\": {\"offsets\": [{\"partition\": 0, \"from\": 0, \"to\": 5}], \"from\": \"2026-01-01T00:00:00Z\"}}",
                        List.of("/span/from")),
                Arguments.of("{\"filter\": {}, \"rate\": 0}", List.of("/rate")),
                Arguments.of("{\"filter\": {}, \"rate\": 101}", List.of("/rate")),
                Arguments.of("{\"filter\": {}, \"rate\": \"fast\"}", List.of("/rate")),
                Arguments.of("{\"filter\": {}, \"canary\": {}}", List.of("/canary/share")),
                Arguments.of(
                        "{\"filter\": {}, \"canary\": {\"share\": 2, \"success\": -1}}",
                        List.of("/canary/share", "/canary/success")),
                Arguments.of("{\"filter\": {}, \"dryrun\": true}", List.of("/dryrun")),
                Arguments.of(
                        "{\"filter\": {}, \"reason\": \"%s\"}".formatted("a".repeat(501)),
                        List.of("/reason")));
    }

    @ParameterizedTest
    @MethodSource
    void wrongPlans(String body, List<String> pointers) {
        long before = gateway.published(Topics.OPS_COMMANDS);

        Answer answer = gateway.post(REPLAYS, body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactlyInAnyOrderElementsOf(pointers);
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void anOrderCanBeAskedForBeforeItIsTaken() {
        String id = accepted("{\"filter\": {}, \"reason\": \"why not\"}");

        JsonNode shown = gateway.get(REPLAYS + "/" + id).json();

        assertThat(shown.path("state").asString()).isEqualTo("ordered");
        assertThat(shown.path("reason").asString()).isEqualTo("why not");
        assertThat(shown.has("chosen")).isFalse();
        assertThat(shown.has("goesOn")).isFalse();
    }

    @Test
    void aReplayIsShownWithItsNumbersAndItsEnd() {
        String id = write("completed", 5);

        JsonNode shown = gateway.get(REPLAYS + "/" + id).json();

        assertThat(shown.path("state").asString()).isEqualTo("completed");
        assertThat(shown.path("ending").asString()).isEqualTo("4 went.");
        assertThat(shown.path("plan").path("filter").path("host").asString())
                .isEqualTo("example.com");
        assertThat(shown.path("chosen").asInt()).isEqualTo(6);
        assertThat(shown.path("published").asInt()).isEqualTo(5);
        assertThat(shown.path("completed").asInt()).isEqualTo(3);
        assertThat(shown.path("diedAgain").asInt()).isEqualTo(1);
        assertThat(shown.path("cancelled").asInt()).isEqualTo(1);
        assertThat(shown.path("underWay").asInt()).isZero();
        assertThat(shown.path("waiting").asInt()).isZero();
        assertThat(shown.path("skipped").path("quarantined").asInt()).isEqualTo(1);
        assertThat(shown.path("canary").path("size").asInt()).isEqualTo(2);
        assertThat(shown.path("canary").path("verdict").asString()).isEqualTo("passed");
        assertThat(shown.path("startedAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(shown.path("steps").isArray()).isTrue();
        assertThat(shown.path("steps")).isEmpty();
    }

    @Test
    void aReplayTellsWhoStoppedAndResumedItAndWhy() {
        String id = write("running", 1);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE dead_letters.replay_view SET steps =
                                    '[{"kind": "stopped", "by": "ada", "reason": "too hot", "at": "2026-01-01T10:01:00.000Z"},
                                      {"kind": "resumed", "by": "bea", "reason": "cool", "at": "2026-01-01T10:02:00.000Z"}]'
                                WHERE id = ?
                                """,
                                id));

        JsonNode steps = gateway.get(REPLAYS + "/" + id).json().path("steps");

        assertThat(steps)
                .extracting(
                        step -> step.path("kind").asString() + " by " + step.path("by").asString())
                .containsExactly("stopped by ada", "resumed by bea");
        assertThat(steps.at("/1/reason").asString()).isEqualTo("cool");
        assertThat(steps.at("/1/at").asString()).isEqualTo("2026-01-01T10:02:00.000Z");
    }

    @Test
    void oneJustOrderedIsNotStoppedAndSoNotResumed() {
        String id = accepted("{\"filter\": {}}");
        long before = gateway.published(Topics.OPS_COMMANDS);

        JsonNode problem =
                gateway.post(REPLAYS + "/" + id + "/resume", "{}").problem(409, "conflict");

        assertThat(problem.path("detail").asString())
                .isEqualTo(
                        "Replay %s is ordered: only a stopped one can be resumed.".formatted(id));
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void replaysAreListedNewestFirst() {
        String older = write("completed", 1);
        String newer = write("running", 2);

        assertThat(gateway.get(REPLAYS).json().path("items"))
                .extracting(item -> item.path("id").asString())
                .containsExactly(newer, older);
        assertThat(gateway.get(REPLAYS + "?limit=1").json().path("items")).hasSize(1);
        gateway.get(REPLAYS + "?limit=0").problem(400, "invalid-fields");
    }

    @ParameterizedTest
    @ValueSource(strings = {"01890a5d-ac96-774b-bcce-b302099a9009", "no-id"})
    void aReplayThatNobodyOrderedIsNotFound(String id) {
        gateway.get(REPLAYS + "/" + id).problem(404, "not-found");
        gateway.post(REPLAYS + "/" + id + "/stop", "{}").problem(404, "not-found");
        gateway.post(REPLAYS + "/" + id + "/resume", "{}").problem(404, "not-found");
    }

    @ParameterizedTest
    @CsvSource({
        "running, stop, STOP_REPLAY",
        "canary, stop, STOP_REPLAY",
        "waiting_for_canary, stop, STOP_REPLAY",
        "choosing, stop, STOP_REPLAY",
        "stopped, resume, RESUME_REPLAY"
    })
    void aReplayIsStoppedAndResumed(String state, String verb, OperatorCommandKind kind) {
        String id = write(state, 1);

        Answer answer = gateway.post(REPLAYS + "/" + id + "/" + verb, "{\"reason\": \"too hot\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        OperatorCommand order = ordered(answer.json().path("commandId").asString()).value();
        assertThat(order.getKind()).isEqualTo(kind);
        assertThat(order.getReplayId()).isEqualTo(id);
        assertThat(order.getReason()).isEqualTo("too hot");
    }

    @Test
    void aStopNeedsNoBodyAndMayComeBeforeTheReplayIsTaken() {
        String id = accepted("{\"filter\": {}}");

        Answer answer =
                gateway.send(
                        gateway.request(REPLAYS + "/" + id + "/stop")
                                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "completed, stop", "failed, stop", "dry_run, stop", "stopped, stop",
        "completed, resume", "failed, resume", "dry_run, resume", "running, resume"
    })
    void whatMakesNoSenseNowIsAConflict(String state, String verb) {
        String id = write(state, 1);
        long before = gateway.published(Topics.OPS_COMMANDS);

        gateway.post(REPLAYS + "/" + id + "/" + verb, "{}").problem(409, "conflict");

        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void aDeadLetterTellsWhichReplayTookItAndHowTheNextLifeEnded() {
        String scan = "01890a5d-ac96-774b-bcce-b302099a9111";
        DeadLettersTest.bury(gateway, scan, 0, "replayed");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE dead_letters.dead_letter_view SET replay_id = 'replay-1', next_end = 'died',
                                next_ended_at = '2026-01-01T11:00:00Z' WHERE scan_id = ?
                                """,
                                scan));

        JsonNode next = gateway.get("/admin/dlq/jobs/" + scan).json().path("nextLife");

        assertThat(next.path("replayId").asString()).isEqualTo("replay-1");
        assertThat(next.path("end").asString()).isEqualTo("died");
        assertThat(next.path("endedAt").asString()).isEqualTo("2026-01-01T11:00:00Z");
    }

    @Test
    void whatAReplayIsAboutToSendIsNotReplayedByItself() {
        String scan = "01890a5d-ac96-774b-bcce-b302099a9112";
        DeadLettersTest.bury(gateway, scan, 0, "dead");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE dead_letters.dead_letter_view SET claimed_by = 'replay-2' WHERE scan_id = ?",
                                scan));

        JsonNode problem = gateway.post("/admin/dlq/retry/" + scan, "{}").problem(409, "conflict");

        assertThat(problem.path("detail").asString()).contains("is in replay replay-2");
    }

    private String accepted(String body) {
        Answer answer = gateway.post(REPLAYS, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().path("id").asString();
    }

    private String write(String state, int minute) {
        String id = UUID.randomUUID().toString();
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.replay_view VALUES (?, 'request-1', 'ada', 'the site is back',
                                '2026-01-01T10:00:00Z'::timestamptz + ? * interval '1 min',
                                '{"filter": {"host": "example.com"}, "dryRun": false, "rate": 10}', ?, 6, 5, 3, 1, 1, 0,
                                0, '{"quarantined": 1}', NULL, 2, 'passed', '2026-01-01T10:00:00Z',
                                '2026-01-01T10:05:00Z', '4 went.')
                                """,
                                id,
                                minute,
                                state));
        return id;
    }

    private ConsumerRecord<String, OperatorCommand> ordered(String commandId) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.OPS_COMMANDS)) {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
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
