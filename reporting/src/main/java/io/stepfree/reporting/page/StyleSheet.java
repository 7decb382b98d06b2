package io.stepfree.reporting.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The style sheet inside each report, with the hash by which the content security policy lets it
 * in.
 */
final class StyleSheet {

    static final String TEXT = load();

    /** As Content Security Policy Level 3 writes it, without the quotes. */
    static final String HASH = "sha256-" + Base64.getEncoder().encodeToString(sha256(TEXT));

    private StyleSheet() {}

    /**
     * The content security policy of a file that has this style and no script.
     *
     * @param more what is let in beside, as {@code "; img-src data:"}; may be empty
     */
    static String policy(String more) {
        return "default-src 'none'; style-src '%s'%s; base-uri 'none'; form-action 'none'"
                .formatted(HASH, more);
    }

    private static String load() {
        try (InputStream file = StyleSheet.class.getResourceAsStream("report.css")) {
            if (file == null) {
                throw new IllegalStateException("report.css is not on the class path");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
