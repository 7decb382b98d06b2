package io.stepfree.alerts.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SlackMessageTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void aFiredAlertIsARedAttachmentThatTellsEverything() {
        JsonNode message = message(alert(AlertState.FIRED, "5 of 10 failed."));

        assertThat(message)
                .isEqualTo(
                        JSON.readTree(
                                """
                                {
                                  "text": "FIRED: error-rate (error): 5 of 10 failed.",
                                  "attachments": [{
                                    "color": "#c4221f",
                                    "blocks": [
                                      {"type": "header", "text": {"type": "plain_text", "text": "FIRED: error-rate (error)"}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "5 of 10 failed.", "verbatim": true}},
                                      {"type": "section", "fields": [
                                        {"type": "mrkdwn", "text": "*Value*\\n0.50", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Threshold*\\n0.25", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Window*\\n60 s", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Samples*\\n10", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Since*\\n2026-11-22T09:00:00Z", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Found at*\\n2026-11-22T09:01:00Z", "verbatim": true}
                                      ]},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Failures by type*\\n`timeout` 4\\n`dns` 1", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Some of the requests*\\n`req-1`\\n`req-2`", "verbatim": true}}
                                    ]
                                  }]
                                }
                                """));
    }

    @Test
    void aResolvedAlertIsGreen() {
        JsonNode message = message(alert(AlertState.RESOLVED, "It is over."));

        assertThat(message.at("/attachments/0/color").asString()).isEqualTo("#2e7d32");
        assertThat(message.at("/attachments/0/blocks/0/text/text").asString())
                .isEqualTo("RESOLVED: error-rate (error)");
    }

    @Test
    void noTextCanCallTheChannelOrBecomeALink() {
        var hostile =
                Alert.newBuilder(
                                alert(AlertState.FIRED, "<!channel> & <https://evil.example|here>"))
                        .setKey("<!here>")
                        .setFailuresByType(Map.of("<!everyone>", 1L))
                        .setSampleRequestIds(List.of("`<@U123>`"))
                        .build();
        String body = new SlackMessage(JSON).of(hostile);

        assertThat(body).doesNotContain("<", ">");
        JsonNode message = JSON.readTree(body);
        assertThat(message.at("/attachments/0/blocks/1/text/text").asString())
                .isEqualTo("&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;");
        assertThat(message.at("/attachments/0/blocks/4/text/text").asString())
                .isEqualTo("*Some of the requests*\n`'&lt;@U123&gt;'`");
        assertThat(message.at("/text").asString())
                .isEqualTo(
                        "FIRED: &lt;!here&gt; (error): &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;");
    }

    @Test
    void whatIsEmptyIsLeftOut() {
        var empty =
                Alert.newBuilder(alert(AlertState.RESOLVED, "It is over."))
                        .setFailuresByType(Map.of())
                        .setSampleRequestIds(List.of())
                        .build();

        assertThat(message(empty).at("/attachments/0/blocks").size()).isEqualTo(3);
    }

    @Test
    void aLongTextIsCutAtSlacksLimit() {
        JsonNode message = message(alert(AlertState.FIRED, "x".repeat(5000)));

        assertThat(message.at("/attachments/0/blocks/1/text/text").asString()).hasSize(3000);
        assertThat(message.at("/text").asString()).hasSize(3000);
    }

    private static JsonNode message(Alert alert) {
        return JSON.readTree(new SlackMessage(JSON).of(alert));
    }

    static Alert alert(AlertState state, String summary) {
        return Alert.newBuilder()
                .setKey("error-rate")
                .setState(state)
                .setSeverity(Severity.ERROR)
                .setAt(Instant.parse("2026-11-22T09:01:00Z"))
                .setSince(Instant.parse("2026-11-22T09:00:00Z"))
                .setSummary(summary)
                .setValue(0.5)
                .setThreshold(0.25)
                .setWindowMillis(60_000)
                .setSamples(10)
                .setFailuresByType(Map.of("DNS", 1L, "TIMEOUT", 4L))
                .setSampleRequestIds(List.of("req-1", "req-2"))
                .build();
    }
}
