package io.stepfree.gateway.reports;

import io.stepfree.reporting.format.ReportFormat;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a link of the gateway stands for: one report of one scan in one format, until a moment. It
 * is written as a word of what it says and an HMAC of that with the key of its client.
 *
 * @param client whose scan it is
 * @param scanId the scan
 * @param format the format of the report
 * @param until when it ends, in whole seconds
 */
record SignedLink(String client, String scanId, ReportFormat format, Instant until) {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LONGEST = 1_000;
    private static final int SIGNATURE_BYTES = 32;
    private static final Pattern SAID =
            Pattern.compile(
                    "1 ([0-9]{1,12}) ([a-z]{1,20}) ([0-9a-f-]{36}) ([a-z0-9][a-z0-9-]{0,62})");

    /** The word; letters, digits, -, _ and one point only. */
    String word(byte[] key) {
        byte[] said =
                "1 %d %s %s %s"
                        .formatted(until.getEpochSecond(), format.extension(), scanId, client)
                        .getBytes(StandardCharsets.UTF_8);
        return written(said) + "." + written(signature(key, said));
    }

    /**
     * The link that the word stands for; empty when it was not signed by its client's key.
     *
     * @param keys finds the key of a client
     */
    static Optional<SignedLink> read(String word, Function<String, Optional<byte[]>> keys) {
        int point = word.indexOf('.');
        if (point < 0 || word.length() > LONGEST) {
            return Optional.empty();
        }
        byte[] said;
        byte[] signature;
        try {
            said = Base64.getUrlDecoder().decode(word.substring(0, point));
            signature = Base64.getUrlDecoder().decode(word.substring(point + 1));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        Matcher parts = SAID.matcher(new String(said, StandardCharsets.UTF_8));
        // Nothing is asked of the database for what cannot be a link of ours.
        if (!parts.matches() || signature.length != SIGNATURE_BYTES) {
            return Optional.empty();
        }
        return keys.apply(parts.group(4))
                .filter(key -> MessageDigest.isEqual(signature(key, said), signature))
                .flatMap(_ -> ReportFormat.of(parts.group(2)))
                .map(format ->
                        new SignedLink(
                                parts.group(4),
                                parts.group(3),
                                format,
                                Instant.ofEpochSecond(Long.parseLong(parts.group(1)))));
    }

    private static String written(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] signature(byte[] key, byte[] said) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            // So that the key never signs the same for something else.
            mac.update("report link ".getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(said);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
