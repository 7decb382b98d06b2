package io.stepfree.gateway.audit;

import io.stepfree.gateway.access.Caller;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Tells the {@link AuditTrail} of each request that changes something, once it is answered. It
 * stands before access control, so that it hears of what that refuses as well. A new route is in it
 * by itself, unless it is {@link Unaudited}.
 */
final class AuditInterceptor implements HandlerInterceptor {

    private static final Set<String> CHANGING_NOTHING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final int FORBIDDEN = 403;
    private static final int CONFLICT = 409;
    private static final int REFUSED = 400;
    private static final int FAILED = 500;

    private final AuditTrail trail;

    AuditInterceptor(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request,
            HttpServletResponse response,
            Object handler,
            @Nullable Exception failure) {
        if (CHANGING_NOTHING.contains(request.getMethod())
                || !matters(response.getStatus())
                || !(handler instanceof HandlerMethod method)
                || method.hasMethodAnnotation(Unaudited.class)) {
            return;
        }
        Caller.of(request)
                .ifPresent(caller ->
                        trail.tell(
                                caller,
                                "%s %s".formatted(request.getMethod(), route(request)),
                                asked(request),
                                response.getHeader(HttpHeaders.LOCATION),
                                response.getStatus(),
                                RequestContext.current().orElseGet(RequestId::create).value()));
    }

    /* What is misspelt, or not there, changes nothing and says nothing of anybody. */
    private static boolean matters(int status) {
        return status < REFUSED || status == FORBIDDEN || status == CONFLICT || status >= FAILED;
    }

    private static String route(HttpServletRequest request) {
        return String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
    }

    private static String asked(HttpServletRequest request) {
        String query = request.getQueryString();
        return query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
    }
}
