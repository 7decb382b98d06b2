package io.stepfree.alerts.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.alerts.SampleAlert;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PagerDutyChannelTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant NOW = Instant.parse("2026-11-22T09:01:01Z");
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final URI EVENTS = URI.create("https://events.pagerduty.com/v2/enqueue");

    private final PagerDutyChannel channel =
            new PagerDutyChannel(EVENTS, KEY, SampleAlert.LINKS, JSON, () -> NOW);

    @Test
    void anAlertThatFiresTriggersAnIncident() {
        Message message = channel.message(alert(AlertState.FIRED, Severity.ERROR)).orElseThrow();

        assertThat(message.address()).isEqualTo(EVENTS);
        assertThat(JSON.readTree(message.json()))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {
                                  "routing_key": "0123456789abcdef0123456789abcdef",
                                  "dedup_key": "stepfree/scans-failing",
                                  "event_action": "trigger",
                                  "client": "Stepfree",
                                  "payload": {
                                    "summary": "5 of 10 failed.",
                                    "source": "stepfree",
                                    "severity": "error",
                                    "timestamp": "2026-11-22T09:00:00Z",
                                    "component": "scans-failing",
                                    "class": "host-error-rate",
                                    "custom_details": {
                                      "value": 0.5,
                                      "threshold": 0.25,
                                      "window_seconds": 60,
                                      "samples": 10,
                                      "unit": "share",
                                      "subject": "shop.example",
                                      "failures_by_type": {"timeout": 4, "dns": 1},
                                      "hosts": {"shop.example": 5},
                                      "clients": {"ada": 5},
                                      "workers": {"worker-1": 5},
                                      "engines": {"axe-core 4.14.1": 5},
                                      "request_ids": ["req-1", "req-2"],
                                      "also": ["dead-letter-rate", "failures-of-type/timeout"],
                                      "what_to_do": "Open a page."
                                    }
                                  },
                                  "links": [
                                    {"href": "https://git.example/docs/alerts.md#host-error-rate", "text": "Runbook"},
                                    {"href": "https://grafana.example/d/stepfree?var=1&kiosk", "text": "Dashboard"}
                                  ]
                                }
                                """));
    }

    @Test
    void whatStandsAtThisMomentHasNoWindow() {
        var regression =
                Alert.newBuilder(alert(AlertState.FIRED, Severity.ERROR))
                        .setMetric("regressions")
                        .setWindowMillis(1_000)
                        .build();

        JsonNode details =
                JSON.readTree(channel.message(regression).orElseThrow().json())
                        .at("/payload/custom_details");
        assertThat(details.has("samples")).isTrue();
        assertThat(details.has("window_seconds")).isFalse();
    }

    @Test
    void itsEndResolvesTheSameIncident() {
        Message message =
                channel.message(alert(AlertState.RESOLVED, Severity.CRITICAL)).orElseThrow();

        assertThat(JSON.readTree(message.json()))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {
                                  "routing_key": "0123456789abcdef0123456789abcdef",
                                  "dedup_key": "stepfree/scans-failing",
                                  "event_action": "resolve"
                                }
                                """));
    }

    @ParameterizedTest
    @EnumSource(names = {"WARNING", "UNKNOWN"})
    void nobodyIsWokenForLess(Severity severity) {
        assertThat(channel.message(alert(AlertState.FIRED, severity))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anEndIsToldWhateverItsSeveritySinceItMayHaveBegunWithAnother(Severity severity) {
        assertThat(channel.message(alert(AlertState.RESOLVED, severity))).isPresent();
    }

    @Test
    void nobodyIsWokenForWhatFiredMoreThanADayAgo() {
        Instant dayLater = Instant.parse("2026-11-23T09:01:00Z");

        assertThat(atTime(dayLater.minusMillis(1)).message(alert(AlertState.FIRED, Severity.ERROR)))
                .isPresent();
        assertThat(atTime(dayLater).message(alert(AlertState.FIRED, Severity.ERROR))).isEmpty();
        assertThat(atTime(dayLater).message(alert(AlertState.RESOLVED, Severity.ERROR)))
                .isPresent();
    }

    private static PagerDutyChannel atTime(Instant now) {
        return new PagerDutyChannel(EVENTS, KEY, SampleAlert.LINKS, JSON, () -> now);
    }

    @Test
    void aStateThatIsNotKnownHereIsNotGuessedAt() {
        assertThat(channel.message(alert(AlertState.UNKNOWN, Severity.ERROR))).isEmpty();
    }

    @Test
    void longTextsAreCutAtPagerDutysLimitsAndNeverInsideACharacter() {
        Alert alert =
                Alert.newBuilder(alert(AlertState.FIRED, Severity.ERROR))
                        .setSummary("\uD83D\uDE80".repeat(2000))
                        .setKey("k".repeat(300))
                        .build();

        JsonNode event = JSON.readTree(channel.message(alert).orElseThrow().json());
        String summary = event.at("/payload/summary").asString();
        assertThat(summary.codePointCount(0, summary.length())).isEqualTo(1024);
        assertThat(summary).isEqualTo("\uD83D\uDE80".repeat(1023) + "…");
        assertThat(event.at("/dedup_key").asString()).hasSize(255);
    }

    @Test
    void theRoutingKeyIsInTheBodyAlone() {
        Message message = channel.message(alert(AlertState.FIRED, Severity.ERROR)).orElseThrow();

        assertThat(message.toString()).doesNotContain(KEY);
        assertThat(message.headers()).isEmpty();
        assertThat(message.address().toString()).doesNotContain(KEY);
    }

    @Test
    void aWorseTurnIsATriggerOfTheSameIncident() {
        Message message =
                channel.message(alert(AlertState.ESCALATED, Severity.CRITICAL)).orElseThrow();

        JsonNode event = JSON.readTree(message.json());
        assertThat(event.at("/event_action").asString()).isEqualTo("trigger");
        assertThat(event.at("/dedup_key").asString()).isEqualTo("stepfree/scans-failing");
        assertThat(event.at("/payload/severity").asString()).isEqualTo("critical");
    }

    private static Alert alert(AlertState state, Severity severity) {
        return SampleAlert.of(state, severity, "5 of 10 failed.");
    }
}
