package io.stepfree.gateway.deliveries;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Signs messages as the Standard Webhooks specification says. */
final class Signature {

    private Signature() {}

    /**
     * The headers that prove who sends a body, and when.
     *
     * @param secrets with each of which it is signed, so that a receiver can go over from one to
     *     the next
     */
    static Map<String, String> headers(List<String> secrets, String id, Instant now, String body) {
        long seconds = now.getEpochSecond();
        return Map.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                Long.toString(seconds),
                "webhook-signature",
                secrets.stream()
                        .map(secret -> sign(secret, id, seconds, body))
                        .collect(Collectors.joining(" ")));
    }

    private static String sign(String secret, String id, long seconds, String body) {
        try {
            return new Webhook(secret).sign(id, seconds, body);
        } catch (EmptyWebhookSecretException | WebhookSigningException e) {
            throw new IllegalStateException("a secret of ours cannot be signed with", e);
        }
    }
}
