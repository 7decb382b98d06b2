package io.stepfree.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The headers that tell a browser to make nothing of an answer but what it is (OWASP REST Security
 * Cheat Sheet). A page that needs more than JSON does sets its own value in their place.
 */
final class SecurityHeaders {

    /** On every answer. */
    static final Map<String, String> ALWAYS;

    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String TRANSPORT = "Strict-Transport-Security";
    private static final String ONE_YEAR = "max-age=31536000";

    static {
        var always = new LinkedHashMap<String, String>();
        always.put("X-Content-Type-Options", "nosniff");
        always.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        always.put("X-Frame-Options", "DENY");
        always.put("Referrer-Policy", "no-referrer");
        always.put("Cross-Origin-Resource-Policy", "same-origin");
        always.put(CACHE_CONTROL, "no-store");
        ALWAYS = Map.copyOf(always);
    }

    private SecurityHeaders() {}

    /** Sets them; whoever makes the answer may set others afterwards. */
    static void set(HttpServletRequest request, HttpServletResponse response) {
        ALWAYS.forEach(response::setHeader);
        // Over plain HTTP it means nothing (RFC 6797, 7.2).
        if (request.isSecure()) {
            response.setHeader(TRANSPORT, ONE_YEAR);
        }
    }
}
