package io.stepfree.alerts.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.stepfree.alerts.SampleAlert;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class WebhookChannelTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] KEY =
            "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    private static final Instant AT = Instant.parse("2026-11-22T09:01:00Z");
    private static final URI ADDRESS = URI.create("https://ops.example/hooks/secret");

    @Test
    void theBodySaysWhatHappened() {
        assertThat(JSON.readTree(message(alert(AlertState.FIRED), Instant.now()).json()))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {
                                  "type": "alert.fired",
                                  "timestamp": "2026-11-22T09:01:00Z",
                                  "data": {
                                    "key": "scans-failing",
                                    "severity": "warning",
                                    "since": "2026-11-22T09:00:00Z",
                                    "summary": "größer <als>",
                                    "value": 0.5,
                                    "threshold": 0.25,
                                    "windowSeconds": 60,
                                    "samples": 10,
                                    "metric": "host-error-rate",
                                    "subject": "shop.example",
                                    "unit": "share",
                                    "failuresByType": {"timeout": 4, "dns": 1},
                                    "failuresByHost": {"shop.example": 5},
                                    "failuresByClient": {"ada": 5},
                                    "failuresByWorker": {"worker-1": 5},
                                    "failuresByEngine": {"axe-core 4.14.1": 5},
                                    "also": ["dead-letter-rate", "failures-of-type/timeout"],
                                    "action": "Open a page.",
                                    "requestIds": ["req-1", "req-2"]
                                  }
                                }
                                """));
    }

    @Test
    void aReceiverWithTheSameSecretFindsItGenuine() throws Exception {
        Message message = message(alert(AlertState.FIRED), Instant.now());
        Map<String, List<String>> headers =
                message.headers().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, entry -> List.of(entry.getValue())));

        new Webhook(SECRET).verify(message.json(), headers);
    }

    @Test
    void theSignatureIsThatOfTheSpecification() throws Exception {
        Message message = message(alert(AlertState.FIRED), Instant.ofEpochSecond(1_700_000_000));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        String signed = header(message, "webhook-id") + ".1700000000." + message.json();

        assertThat(header(message, "webhook-timestamp")).isEqualTo("1700000000");
        assertThat(header(message, "webhook-signature"))
                .isEqualTo(
                        "v1,"
                                + Base64.getEncoder()
                                        .encodeToString(
                                                mac.doFinal(
                                                        signed.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void toldAgainItHasTheSameIdAndAnotherAlertHasAnother() {
        String first = header(message(alert(AlertState.FIRED), Instant.now()), "webhook-id");
        String again =
                header(
                        message(alert(AlertState.FIRED), Instant.now().plusSeconds(60)),
                        "webhook-id");
        Alert end = alert(AlertState.RESOLVED);
        Alert next = Alert.newBuilder(alert(AlertState.FIRED)).setAt(AT.plusMillis(1)).build();
        Alert other = Alert.newBuilder(alert(AlertState.FIRED)).setKey("other").build();

        assertThat(again).isEqualTo(first);
        assertThat(List.of(end, next, other))
                .allSatisfy(alert ->
                        assertThat(header(message(alert, Instant.now()), "webhook-id"))
                                .isNotEqualTo(first));
    }

    @Test
    void theAddressIsNotShown() {
        assertThat(message(alert(AlertState.FIRED), Instant.now()).toString())
                .doesNotContain("secret");
    }

    private static Message message(Alert alert, Instant now) {
        return new WebhookChannel(ADDRESS, SECRET, JSON, () -> now).message(alert).orElseThrow();
    }

    private static String header(Message message, String name) {
        return Objects.requireNonNull(message.headers().get(name));
    }

    private static Alert alert(AlertState state) {
        return SampleAlert.of(state, Severity.WARNING, "größer <als>");
    }
}
