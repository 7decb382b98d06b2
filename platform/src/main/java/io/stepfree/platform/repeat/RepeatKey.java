package io.stepfree.platform.repeat;

import io.stepfree.platform.target.UrlNormalizer;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * Names what a scan asks for: equal for scans of one client that ask for the same page in the same
 * way, and for no others. Client, page, standard and every option make the key; priority and batch
 * do not, because the result is the same.
 *
 * <p>The page is known by {@link UrlNormalizer}, and by its fragment as it was written: a script
 * may show something else for another one. A scan that brings secrets has no key: what it saw is
 * for whoever has them. Stateless and thread-safe.
 */
public final class RepeatKey {

    private static final String FORM = "1";

    private RepeatKey() {}

    /** The key of a scan that was accepted; 43 letters, digits, - and _. */
    public static Optional<String> of(ScanRequest request) {
        return of(
                request.getClient(), request.getUrl(), request.getStandard(), request.getOptions());
    }

    /** The same for one that may become one. */
    public static Optional<String> of(
            String client, String url, String standard, ScanOptions options) {
        return options.getSecrets() == null
                ? UrlNormalizer.normalize(url)
                        .map(page -> hash(client, page, fragment(url), standard, bytes(options)))
                : Optional.empty();
    }

    private static String fragment(String url) {
        int begin = url.indexOf('#');
        return begin < 0 ? "" : url.substring(begin);
    }

    /* With the schema's own mark: an option that is new makes other keys of all. */
    private static byte[] bytes(ScanOptions options) {
        try {
            ByteBuffer encoded = options.toByteBuffer();
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(
            String client, String page, String fragment, String standard, byte[] options) {
        MessageDigest digest = sha256();
        add(digest, FORM.getBytes(StandardCharsets.UTF_8));
        add(digest, client.getBytes(StandardCharsets.UTF_8));
        add(digest, page.getBytes(StandardCharsets.UTF_8));
        add(digest, fragment.getBytes(StandardCharsets.UTF_8));
        add(digest, standard.getBytes(StandardCharsets.UTF_8));
        add(digest, options);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    }

    /* With its length, so that no part can pass for the end of another. */
    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
