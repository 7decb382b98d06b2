package io.stepfree.alerts;

import io.stepfree.platform.boot.CannotStartException;
import java.net.URI;
import java.util.Optional;

/**
 * Reads the address of a receiver. That is not done while the settings are bound, since such a
 * failure would show the value, which is often a secret, however mistyped.
 */
final class HttpAddress {

    private HttpAddress() {}

    /**
     * The address; empty for an empty text.
     *
     * @param example how a right one looks or where to find it
     * @throws CannotStartException when it is no absolute http or https address; without the text
     */
    static Optional<URI> of(String setting, String text, String example) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!isHttp(text)) {
            throw new CannotStartException(
                    "%s must be an absolute http or https address, %s".formatted(setting, example));
        }
        return Optional.of(URI.create(text));
    }

    private static boolean isHttp(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null
                    && ("https".equalsIgnoreCase(uri.getScheme())
                            || "http".equalsIgnoreCase(uri.getScheme()));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
