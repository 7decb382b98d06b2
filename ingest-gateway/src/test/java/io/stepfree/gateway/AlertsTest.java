package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.BreakerHealth;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.ops.Severity;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class AlertsTest {

    private static final String ALERTS = "/admin/alerts";
    private static final String SILENCES = ALERTS + "/silences";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RunningGateway gateway;

    AlertsTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void anIncidentIsShownAsOpenUntilItEnds() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        tell("queue-full", AlertState.FIRED, Severity.WARNING, now);
        tell("books-wrong", AlertState.ESCALATED, Severity.CRITICAL, now);
        await().atMost(PATIENCE).until(() -> keys("open").contains("books-wrong"));

        await().atMost(PATIENCE).until(() -> keys("open").contains("queue-full"));
        assertThat(keys("open").indexOf("books-wrong"))
                .as("the most urgent first")
                .isLessThan(keys("open").indexOf("queue-full"));
        JsonNode shown = shown("open", "queue-full");
        assertThat(shown.path("state").asString()).isEqualTo("fired");
        assertThat(shown.path("severity").asString()).isEqualTo("warning");
        assertThat(shown.path("summary").asString()).isEqualTo("It is full.");
        assertThat(shown.path("failuresByHost").path("shop.example").asInt()).isEqualTo(4);

        tell("queue-full", AlertState.RESOLVED, Severity.WARNING, now.plusSeconds(1));
        await().atMost(PATIENCE).until(() -> keys("resolved").contains("queue-full"));
        assertThat(keys("open")).doesNotContain("queue-full");
        assertThat(gateway.get(ALERTS + "?limit=0").status()).isEqualTo(400);
    }

    @Test
    void aGatewayThatStartsKnowsWhatWasToldBefore() {
        tell("old-news", AlertState.FIRED, Severity.ERROR, Instant.now());

        RunningGateway another = gateway.beside();
        try {
            await().atMost(PATIENCE)
                    .until(() -> another.get(ALERTS).body().contains("\"old-news\""));
        } finally {
            another.stopGateway();
        }
    }

    @Test
    void aTestIsOrderedFromTheAlertProcessor() {
        Answer answer = gateway.post(ALERTS + "/test", "{\"reason\": \"does it ring?\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        String id = answer.json().path("commandId").asString();
        assertThat(answer.json().path("alert").asString()).isEqualTo("test/" + id);
        ConsumerRecord<String, OperatorCommand> order = ordered(id);
        assertThat(order.key()).isEqualTo("alert-processor");
        assertThat(order.value().getKind()).isEqualTo(OperatorCommandKind.TEST_ALERT);
        assertThat(order.value().getReason()).isEqualTo("does it ring?");
    }

    @Test
    void aTestTellsWhoIsSetUpToBeTold() {
        hearAlertProcessor(List.of());
        await().atMost(PATIENCE).until(() -> receivers().isArray());
        assertThat(receivers()).isEmpty();
        hearAlertProcessor(List.of("slack", "pagerduty"));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(receivers().valueStream().map(JsonNode::asString))
                                .containsExactly("pagerduty", "slack"));
    }

    private JsonNode receivers() {
        return gateway.post(ALERTS + "/test", "{}").json().path("receivers");
    }

    private void hearAlertProcessor(List<String> breakers) {
        gateway.bean(RecordPublisher.class)
                .publish(
                        Topics.OPS_SIGNALS,
                        "alert-processor-1",
                        ServiceSignal.newBuilder()
                                .setService("alert-processor")
                                .setInstance("alert-processor-1")
                                .setAt(Instant.now())
                                .setGauges(Map.of())
                                .setBreakers(
                                        breakers.stream()
                                                .map(name ->
                                                        BreakerHealth.newBuilder()
                                                                .setName(name)
                                                                .setState("closed")
                                                                .setFailures(0)
                                                                .setTrips(0)
                                                                .build())
                                                .toList())
                                .build(),
                        RequestId.create());
    }

    @Test
    void aSilenceIsOrderedAndShownUntilItIsEnded() {
        Answer answer =
                gateway.post(
                        SILENCES,
                        """
                        {"alert": "host-error-rate/shop.example", "minutes": 30, "reason": "they rebuild"}
                        """);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        Instant until = Instant.parse(answer.json().path("until").asString());
        assertThat(until)
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(28)),
                        Instant.now().plus(Duration.ofMinutes(31)));
        OperatorCommand order = ordered(answer.json().path("commandId").asString()).value();
        assertThat(order.getKind()).isEqualTo(OperatorCommandKind.SILENCE);
        assertThat(order.getAlert()).isEqualTo("host-error-rate/shop.example");
        assertThat(order.getUntil()).isEqualTo(until);
        await().atMost(PATIENCE).until(() -> silenced().contains("host-error-rate/shop.example"));

        Answer ended = gateway.delete(SILENCES + "?alert=host-error-rate/shop.example");
        assertThat(ended.status()).as(ended.body()).isEqualTo(202);
        await().atMost(PATIENCE).until(() -> silenced().isEmpty());
        gateway.delete(SILENCES + "?alert=host-error-rate/shop.example").problem(404, "not-found");
    }

    @Test
    void anIncidentThatIsSilencedSaysSo() {
        tell("scans-slow", AlertState.FIRED, Severity.WARNING, Instant.now());
        await().atMost(PATIENCE).until(() -> keys("open").contains("scans-slow"));
        assertThat(shown("open", "scans-slow").path("silenced").asBoolean(true)).isFalse();

        gateway.post(SILENCES, "{\"alert\": \"scans-slow\", \"minutes\": 5, \"reason\": \"x\"}");
        assertThat(shown("open", "scans-slow").path("silenced").asBoolean(false)).isTrue();

        gateway.delete(SILENCES + "?alert=scans-slow");
        assertThat(shown("open", "scans-slow").path("silenced").asBoolean(true)).isFalse();
    }

    @Test
    void theGatewaysSignalTellsWhatAlertsOnItsPoolAndMemoryNeed() {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.OPS_SIGNALS)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(probe.values())
                                    // Other tests speak for services that do not run here.
                                    .filteredOn(
                                            signal -> signal.getService().equals("ingest-gateway"))
                                    .isNotEmpty()
                                    .allSatisfy(signal ->
                                            assertThat(signal.getGauges())
                                                    .containsKeys(
                                                            "jvm.memory.used",
                                                            "jvm.memory.max",
                                                            "hikaricp.connections.active",
                                                            "hikaricp.connections.max")));
        }
    }

    static Stream<Arguments> wrongSilences() {
        return Stream.of(
                Arguments.of("{}", List.of("/alert", "/minutes", "/reason")),
                Arguments.of("[]", List.of("")),
                Arguments.of(
                        "{\"alert\": \"Error Rate\", \"minutes\": 5, \"reason\": \"x\"}",
                        List.of("/alert")),
                Arguments.of(
                        "{\"alert\": \"eror-rate\", \"minutes\": 5, \"reason\": \"x\"}",
                        List.of("/alert")),
                Arguments.of(
                        "{\"alert\": \"*\", \"minutes\": 0, \"reason\": \"x\"}",
                        List.of("/minutes")),
                Arguments.of(
                        "{\"alert\": \"*\", \"minutes\": 10081, \"reason\": \"x\"}",
                        List.of("/minutes")),
                Arguments.of(
                        "{\"alert\": \"*\", \"minutes\": 5, \"reason\": \" \"}",
                        List.of("/reason")),
                Arguments.of(
                        "{\"alert\": \"*\", \"minutes\": 5, \"reason\": \"x\", \"until\": 1}",
                        List.of("/until")));
    }

    @ParameterizedTest
    @MethodSource("wrongSilences")
    void aSilenceThatIsNotWhollySaidIsRefused(String body, List<String> pointers) {
        Answer answer = gateway.post(SILENCES, body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactlyInAnyOrderElementsOf(pointers);
    }

    private void tell(String key, AlertState state, Severity severity, Instant at) {
        gateway.bean(RecordPublisher.class)
                .publish(
                        Topics.OPS_ALERTS,
                        key,
                        Alert.newBuilder()
                                .setKey(key)
                                .setState(state)
                                .setSeverity(severity)
                                .setAt(at)
                                .setSince(at)
                                .setSummary("It is full.")
                                .setValue(1)
                                .setThreshold(1)
                                .setWindowMillis(1000)
                                .setSamples(1)
                                .setFailuresByType(Map.of())
                                .setFailuresByHost(Map.of("shop.example", 4L))
                                .setSampleRequestIds(List.of())
                                .build(),
                        RequestId.create());
    }

    private List<String> keys(String list) {
        return alerts().path(list).valueStream().map(one -> one.path("key").asString()).toList();
    }

    private JsonNode shown(String list, String key) {
        return alerts().path(list)
                .valueStream()
                .filter(one -> one.path("key").asString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private List<String> silenced() {
        return alerts().path("silences")
                .valueStream()
                .map(one -> one.path("alert").asString())
                .toList();
    }

    private JsonNode alerts() {
        return gateway.get(ALERTS).json();
    }

    private ConsumerRecord<String, OperatorCommand> ordered(String commandId) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.OPS_COMMANDS)) {
            return await().atMost(PATIENCE)
                    .until(
                            () ->
                                    probe.received().stream()
                                            .filter(record ->
                                                    record.value().getCommandId().equals(commandId))
                                            .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
        }
    }
}
