package io.stepfree.reporting.format;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Tells addresses that may become a link from text that only looks like one. Stateless. */
final class WebAddress {

    private WebAddress() {}

    /**
     * The address as a URI (RFC 3986) in ASCII; empty unless it is one of http or https with a
     * host, so that no {@code javascript:} is ever followed.
     */
    static Optional<String> of(String text) {
        try {
            var address = new URI(text);
            boolean web =
                    "http".equalsIgnoreCase(address.getScheme())
                            || "https".equalsIgnoreCase(address.getScheme());
            return web && address.getHost() != null
                    ? Optional.of(address.toASCIIString())
                    : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }
}
