package io.stepfree.platform.pattern;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What failures have in common that differ only in numbers, ids, hosts, times and quoted texts. The
 * same failure has the same pattern on every machine and at every start.
 *
 * @param id twelve hexadecimal digits that name type, status and text together
 * @param text the message with placeholders, as {@code <url> answered with status <number>}
 */
public record FailurePattern(String id, String text) {

    private static final int BYTES_OF_ID = 6;

    /**
     * The pattern of a failure.
     *
     * @param type the failure's type
     * @param httpStatus what the page answered with, where it did; 404 and 503 never share a
     *     pattern, as they need different cures
     * @param message the failure in words, of any length
     * @param host the host of the scan, for names that no rule would take for a host
     */
    public static FailurePattern of(
            String type, @Nullable Integer httpStatus, String message, String host) {
        String text = MessageAbstraction.of(host).apply(message);
        return new FailurePattern(id(type, httpStatus, text), text);
    }

    private static String id(String type, @Nullable Integer httpStatus, String text) {
        String name = String.join("\n", type, httpStatus == null ? "" : httpStatus + "", text);
        byte[] digest;
        try {
            digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        return HexFormat.of().formatHex(digest, 0, BYTES_OF_ID);
    }
}
