package io.stepfree.gateway.edge;

import io.opentelemetry.api.trace.SpanKind;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Gives each request its id: the one that came with it when it is sane, a new one otherwise. From
 * here on it is on the answer, in every log line, and within reach of whoever publishes.
 */
public final class RequestIdFilter extends OncePerRequestFilter {

    private static final String ATTRIBUTE = RequestIdFilter.class.getName();

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        RequestId id = of(request);
        response.setHeader(RequestId.HTTP_HEADER, id.value());
        try {
            RequestContext.<Exception>run(id, () -> traced(request, response, chain));
        } catch (ServletException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    /* Named by its path only once the path is known to be one of ours: others would be without number. */
    private static void traced(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws Exception {
        Traces.<Exception>run(
                request.getMethod(),
                SpanKind.SERVER,
                request.getHeader(Traces.HEADER),
                Map.of("http.request.method", request.getMethod()),
                () -> {
                    chain.doFilter(request, response);
                    Object path =
                            request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
                    if (path != null) {
                        Traces.rename(request.getMethod() + " " + path);
                    }
                });
    }

    /** The id of this request, also before and after the filter has run. */
    static RequestId of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestId known) {
            return known;
        }
        RequestId id = RequestId.saneOr(request.getHeader(RequestId.HTTP_HEADER));
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }
}
