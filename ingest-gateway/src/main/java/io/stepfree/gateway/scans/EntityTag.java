package io.stepfree.gateway.scans;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Names the content of an answer (RFC 9110, 8.8.3): equal content has an equal tag, at every
 * gateway and after a restart.
 *
 * @param opaque the letters between the quotes
 */
public record EntityTag(String opaque) {

    private static final int BYTES = 16;

    /** The tag of what is made of this text and nothing else. */
    public static EntityTag of(String content) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(content.getBytes(StandardCharsets.UTF_8));
            return new EntityTag(HexFormat.of().formatHex(hash, 0, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * The value of the header. Strong for who takes the content as it is; weak for who may get it
     * encoded, because other bytes need another strong tag (8.8.1), and web servers encode nothing
     * that has a strong one.
     *
     * @param acceptEncoding the request's header of that name
     */
    public String header(@Nullable String acceptEncoding) {
        boolean plain =
                acceptEncoding == null
                        || acceptEncoding.isBlank()
                        || acceptEncoding.strip().equalsIgnoreCase("identity");
        return (plain ? "" : "W/") + '"' + opaque + '"';
    }
}
