package io.stepfree.gateway.idempotency;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client calls one order of its own, so that it can send it again without ordering twice
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * @param value 1 to 255 visible ASCII characters
 */
public record IdempotencyKey(String value) {

    /** The header that carries it. */
    public static final String HEADER = "Idempotency-Key";

    private static final String MAC = "HmacSHA256";
    private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");
    private static final JsonMapper CANONICAL =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    /**
     * The key that a request brings, if it brings one; in quotes, as the draft wants it, or bare,
     * as most send it.
     *
     * @param headers every value of {@link #HEADER}
     * @throws ProblemException when there are several, or one that is no key
     */
    public static Optional<IdempotencyKey> read(List<String> headers) {
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        String key = unquoted(headers.getFirst().strip());
        if (headers.size() > 1 || !FORM.matcher(key).matches()) {
            throw new ProblemException(
                    ProblemType.BAD_REQUEST,
                    "The header %s must come once and be 1 to 255 visible ASCII characters; it came %d times, the first with %d characters."
                            .formatted(HEADER, headers.size(), key.length()));
        }
        return Optional.of(new IdempotencyKey(key));
    }

    private static String unquoted(String written) {
        return written.length() >= 2 && written.startsWith("\"") && written.endsWith("\"")
                ? written.substring(1, written.length() - 1)
                : written;
    }

    /** By what it is kept. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * Tells whether a body is the same again, whatever the order of its fields and its white space;
     * of use only to who knows the key.
     */
    byte[] macOf(JsonNode body) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(bytes(), MAC));
            return mac.doFinal(
                    CANONICAL.writeValueAsBytes(CANONICAL.treeToValue(body, Object.class)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + MAC, e);
        }
    }

    private byte[] bytes() {
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "IdempotencyKey[%d characters]".formatted(value.length());
    }
}
