package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets pages of the listed origins read answers (WHATWG Fetch, CORS protocol). A preflight needs no
 * key, as a browser sends none with it, and one that is not let through is answered with a problem.
 * Any other request of an unlisted origin is served as ever, but its browser does not show the
 * answer to the page: what protects the API is the key, which no page has by itself.
 */
final class OriginFilter extends OncePerRequestFilter {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final List<String> REQUEST_HEADERS =
            List.of(
                    "Authorization",
                    "Cache-Control",
                    "Content-Type",
                    "Idempotency-Key",
                    "If-Match",
                    "If-None-Match",
                    "Last-Event-ID",
                    "Prefer",
                    "X-Request-ID");
    private static final List<String> EXPOSED =
            List.of(
                    "Age",
                    "Cache-Status",
                    "Content-Disposition",
                    "Content-Location",
                    "ETag",
                    "Location",
                    "Preference-Applied",
                    "RateLimit",
                    "RateLimit-Policy",
                    "Retry-After",
                    "X-Request-ID");
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final CorsConfiguration rules = new CorsConfiguration();
    private final DefaultCorsProcessor processor = new DefaultCorsProcessor();
    private final ProblemAnswers answers;

    OriginFilter(List<String> origins, ProblemAnswers answers) {
        this.answers = answers;
        rules.setAllowedOrigins(origins);
        rules.setAllowedMethods(METHODS);
        rules.setAllowedHeaders(REQUEST_HEADERS);
        rules.setExposedHeaders(EXPOSED);
        // Cookies and the browser's own passwords are nothing that we know anybody by.
        rules.setAllowCredentials(false);
        rules.setMaxAge(REMEMBERED);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean listed = origin != null && rules.checkOrigin(origin) != null;
        if (origin != null && CorsUtils.isPreFlightRequest(request)) {
            if (listed && isAllowed(request)) {
                processor.processRequest(rules, request, response);
            } else {
                response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
                answers.refuse(
                        ProblemType.FORBIDDEN,
                        "Pages of %s may not do this here; stepfree.gateway.cors.origins lists those that may."
                                .formatted(origin),
                        request,
                        response);
            }
            return;
        }
        if (listed) {
            processor.processRequest(rules, request, response);
        } else {
            // Caches must not show one origin what was for another.
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        chain.doFilter(request, response);
    }

    private boolean isAllowed(HttpServletRequest request) {
        String method = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        String asked = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        List<String> headers =
                asked == null || asked.isBlank()
                        ? List.of()
                        : List.of(asked.strip().split(" *, *", -1));
        return rules.checkHttpMethod(HttpMethod.valueOf(method)) != null
                && (headers.isEmpty() || rules.checkHeaders(headers) != null);
    }
}
