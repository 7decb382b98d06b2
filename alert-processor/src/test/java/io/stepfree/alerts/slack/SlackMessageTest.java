package io.stepfree.alerts.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.alerts.SampleAlert;
import io.stepfree.alerts.channel.Links;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
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
                                  "text": "FIRED: scans-failing (error): 5 of 10 failed.",
                                  "attachments": [{
                                    "color": "#c4221f",
                                    "blocks": [
                                      {"type": "header", "text": {"type": "plain_text", "text": "FIRED: scans-failing (error)"}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "5 of 10 failed.", "verbatim": true}},
                                      {"type": "section", "fields": [
                                        {"type": "mrkdwn", "text": "*Measured*\\nhost-error-rate of shop.example", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Value*\\n50 %", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Threshold*\\n25 %", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Window*\\n60 s", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Samples*\\n10", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Since*\\n2026-11-22T09:00:00Z", "verbatim": true},
                                        {"type": "mrkdwn", "text": "*Found at*\\n2026-11-22T09:01:00Z", "verbatim": true}
                                      ]},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Failures by type*\\n`timeout` 4\\n`dns` 1", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Hosts*\\n`shop.example` 5", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Clients*\\n`ada` 5", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Workers*\\n`worker-1` 5", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Engines*\\n`axe-core 4.14.1` 5", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Some of the requests*\\n`req-1`\\n`req-2`", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*Also over the threshold*\\n`dead-letter-rate`, `failures-of-type/timeout`", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "*What to do*\\nOpen a page.", "verbatim": true}},
                                      {"type": "section", "text": {"type": "mrkdwn", "text": "<https://git.example/docs/alerts.md#host-error-rate|Runbook>  ·  <https://grafana.example/d/stepfree?var=1&amp;kiosk|Dashboard>", "verbatim": true}}
                                    ]
                                  }]
                                }
                                """));
    }

    @Test
    void whatStandsAtThisMomentHasNoWindow() {
        var regression =
                Alert.newBuilder(alert(AlertState.FIRED, "1 violation was new."))
                        .setMetric("regressions")
                        .setWindowMillis(1_000)
                        .build();

        assertThat(new SlackMessage(JSON, Links.NONE).of(regression))
                .contains("*Measured*")
                .doesNotContain("Window", "1 s");
    }

    @Test
    void aResolvedAlertIsGreen() {
        JsonNode message = message(alert(AlertState.RESOLVED, "It is over."));

        assertThat(message.at("/attachments/0/color").asString()).isEqualTo("#2e7d32");
        assertThat(message.at("/attachments/0/blocks/0/text/text").asString())
                .isEqualTo("RESOLVED: scans-failing (error)");
    }

    @Test
    void noTextCanCallTheChannelOrBecomeALink() {
        var hostile =
                Alert.newBuilder(
                                alert(AlertState.FIRED, "<!channel> & <https://evil.example|here>"))
                        .setKey("<!here>")
                        .setFailuresByType(Map.of("<!everyone>", 1L))
                        .setFailuresByHost(Map.of("<!everyone>", 1L))
                        .setSubject("<!everyone>")
                        .setAlso(List.of("<!everyone>"))
                        .setAction("<!everyone>")
                        .setSampleRequestIds(List.of("`<@U123>`"))
                        .build();
        String body = new SlackMessage(JSON, Links.NONE).of(hostile);

        assertThat(body).doesNotContain("<", ">");
        JsonNode message = JSON.readTree(body);
        assertThat(message.at("/attachments/0/blocks/1/text/text").asString())
                .isEqualTo("&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;");
        assertThat(message.at("/attachments/0/blocks/8/text/text").asString())
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
                        .setFailuresByHost(Map.of())
                        .setFailuresByClient(Map.of())
                        .setFailuresByWorker(Map.of())
                        .setFailuresByEngine(Map.of())
                        .setSampleRequestIds(List.of())
                        .setAlso(List.of())
                        .setAction("")
                        .build();
        JsonNode bare = JSON.readTree(new SlackMessage(JSON, Links.NONE).of(empty));

        assertThat(bare.at("/attachments/0/blocks").size()).isEqualTo(3);
    }

    @Test
    void aTestShowsNoFiguresAsItMeasuresNothing() {
        var test = Alert.newBuilder(alert(AlertState.FIRED, "A test.")).setMetric("").build();
        JsonNode shown = message(test);

        assertThat(shown.at("/attachments/0/blocks/2/fields").size()).isEqualTo(2);
        assertThat(shown.toString())
                .contains("<https://git.example/docs/alerts.md|Runbook>")
                .doesNotContain("*Value*");
    }

    @Test
    void aLongTextIsCutAtSlacksLimit() {
        JsonNode message = message(alert(AlertState.FIRED, "x".repeat(5000)));

        assertThat(message.at("/attachments/0/blocks/1/text/text").asString()).hasSize(3000);
        assertThat(message.at("/text").asString()).hasSize(3000);
    }

    private static JsonNode message(Alert alert) {
        return JSON.readTree(new SlackMessage(JSON, SampleAlert.LINKS).of(alert));
    }

    private static Alert alert(AlertState state, String summary) {
        return SampleAlert.of(state, Severity.ERROR, summary);
    }
}
