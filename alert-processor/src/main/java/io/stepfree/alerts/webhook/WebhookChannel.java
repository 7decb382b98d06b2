package io.stepfree.alerts.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.stepfree.alerts.channel.Channel;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Any receiver, by the Standard Webhooks specification: the body is signed with a shared secret
 * (HMAC-SHA256 over id, time and body), and {@code webhook-id} stays the same when the same alert
 * is told again, so that the receiver can leave out what it has seen. It is told of every alert.
 */
public final class WebhookChannel implements Channel {

    private final URI address;
    private final Webhook signer;
    private final JsonMapper json;
    private final InstantSource clock;

    /**
     * @param secret base64, also with {@code whsec_} before it
     * @throws IllegalArgumentException when the secret is empty or not base64
     */
    public WebhookChannel(URI address, String secret, JsonMapper json, InstantSource clock) {
        this.address = address;
        this.signer = signer(secret);
        this.json = json;
        this.clock = clock;
    }

    private static Webhook signer(String secret) {
        try {
            return new Webhook(secret);
        } catch (EmptyWebhookSecretException e) {
            throw new IllegalArgumentException("the secret is empty", e);
        }
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String setting() {
        return "stepfree.alerts.webhook.address and .secret";
    }

    @Override
    public Optional<Message> message(Alert alert) {
        String id = id(alert);
        long seconds = clock.instant().getEpochSecond();
        String body = json.writeValueAsString(body(alert));
        return Optional.of(
                new Message(
                        address,
                        Map.of(
                                "webhook-id", id,
                                "webhook-timestamp", Long.toString(seconds),
                                "webhook-signature", sign(id, seconds, body)),
                        body));
    }

    private String sign(String id, long seconds, String body) {
        try {
            return signer.sign(id, seconds, body);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("this JVM has no HMAC-SHA256", e);
        }
    }

    private static String id(Alert alert) {
        String told =
                "%s %s %s"
                        .formatted(alert.getKey(), alert.getState(), alert.getAt().toEpochMilli());
        return "alert_" + UUID.nameUUIDFromBytes(told.getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode body(Alert alert) {
        ObjectNode body = json.createObjectNode();
        body.put("type", "alert." + alert.getState().name().toLowerCase(Locale.ROOT));
        body.put("timestamp", alert.getAt().toString());
        ObjectNode data = body.putObject("data");
        data.put("key", alert.getKey());
        data.put("severity", alert.getSeverity().name().toLowerCase(Locale.ROOT));
        data.put("since", alert.getSince().toString());
        data.put("summary", alert.getSummary());
        data.put("value", alert.getValue());
        data.put("threshold", alert.getThreshold());
        data.put("windowSeconds", alert.getWindowMillis() / 1000);
        data.put("samples", alert.getSamples());
        data.put("metric", alert.getMetric());
        data.put("subject", alert.getSubject());
        data.put("unit", alert.getUnit());
        alert.getFailuresByType().forEach(data.putObject("failuresByType")::put);
        alert.getFailuresByHost().forEach(data.putObject("failuresByHost")::put);
        alert.getFailuresByClient().forEach(data.putObject("failuresByClient")::put);
        alert.getFailuresByWorker().forEach(data.putObject("failuresByWorker")::put);
        alert.getFailuresByEngine().forEach(data.putObject("failuresByEngine")::put);
        alert.getAlso().forEach(data.putArray("also")::add);
        data.put("action", alert.getAction());
        alert.getSampleRequestIds().forEach(data.putArray("requestIds")::add);
        return body;
    }
}
