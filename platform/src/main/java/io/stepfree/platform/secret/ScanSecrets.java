package io.stepfree.platform.secret;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client entrusts to one scan, in clear: held in memory only, between a request and its
 * sealing, and between its opening and the browser. No text made of it shows a value.
 *
 * @param headers extra request headers by name, in order
 * @param cookies cookies that are set before the page is loaded
 * @param basicAuth what to answer when the page's own site asks for credentials; null for none
 * @param fills the texts of the FILL actions, in the order of those actions
 */
public record ScanSecrets(
        Map<String, String> headers,
        List<Cookie> cookies,
        @Nullable BasicAuth basicAuth,
        List<String> fills) {

    /** Nothing secret at all. */
    public static final ScanSecrets NONE = new ScanSecrets(Map.of(), List.of(), null, List.of());

    /**
     * A cookie.
     *
     * @param domain the domain it is for, its subdomains included; empty for the page's host alone
     * @param path the path it is for; empty for the whole site
     */
    public record Cookie(String name, String value, String domain, String path) {
        @Override
        public String toString() {
            return "Cookie[name=%s]".formatted(name);
        }
    }

    /** A user name and a password (RFC 7617). */
    public record BasicAuth(String username, String password) {
        @Override
        public String toString() {
            return "BasicAuth[]";
        }
    }

    public ScanSecrets {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        cookies = List.copyOf(cookies);
        fills = List.copyOf(fills);
    }

    /** Whether there is nothing to keep from anybody. */
    public boolean isEmpty() {
        return headers.isEmpty() && cookies.isEmpty() && basicAuth == null && fills.isEmpty();
    }

    @Override
    public String toString() {
        return "ScanSecrets[headers=%d, cookies=%d, basicAuth=%b, fills=%d]"
                .formatted(headers.size(), cookies.size(), basicAuth != null, fills.size());
    }
}
