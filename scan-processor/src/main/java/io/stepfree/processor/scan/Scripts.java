package io.stepfree.processor.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the scripts that the worker puts into pages. */
final class Scripts {

    private Scripts() {}

    /**
     * @param resource a path from this package, or an absolute one
     */
    static String read(String resource) {
        try (InputStream stream = Scripts.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
