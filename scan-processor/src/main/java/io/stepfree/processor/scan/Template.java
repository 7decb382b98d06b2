package io.stepfree.processor.scan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names the template that a page is made from by how the page is built: equal for pages whose parts
 * have the same set of paths (path sets after Buttler, "A short survey of document structure
 * similarity algorithms", 2004; compared whole and not by likeness, because a name is looked up in
 * an index). docs/adr/0031 says what is a part. Stateless.
 */
final class Template {

    private static final int BYTES = 8;

    private Template() {}

    /**
     * Sixteen hexadecimal digits; empty for a page that has no parts.
     *
     * @param structure the paths of its parts, each once and sorted, in a line each
     */
    static String of(String structure) {
        if (structure.isEmpty()) {
            return "";
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(structure.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
