package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests that come while the gateway stops, on new connections as on those that were kept
 * open, and counts all others. Probes and metrics are answered to the last.
 */
final class DrainFilter extends OncePerRequestFilter {

    private static final Set<String> PROBES = Set.of("/livez", "/readyz");
    private static final String MANAGEMENT = "/actuator/";

    private final Draining draining;
    private final ProblemAnswers answers;

    DrainFilter(Draining draining, ProblemAnswers answers) {
        this.draining = draining;
        this.answers = answers;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return PROBES.contains(path) || path.startsWith(MANAGEMENT);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!draining.enter()) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            answers.refuse(
                    ProblemType.UNAVAILABLE,
                    "This gateway is being stopped. Nothing was accepted; come again, on a new connection.",
                    request,
                    response);
            return;
        }
        boolean goesOn = false;
        try {
            chain.doFilter(request, response);
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Leaving());
                goesOn = true;
            }
        } finally {
            if (!goesOn) {
                draining.leave();
            }
        }
    }

    /** Counts down once the answer that goes on by itself has ended. */
    private final class Leaving implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            draining.leave();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // It completes after it.
        }

        @Override
        public void onError(AsyncEvent event) {
            // It completes after it.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
