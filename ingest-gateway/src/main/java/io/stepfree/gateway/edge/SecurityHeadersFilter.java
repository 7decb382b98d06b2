package io.stepfree.gateway.edge;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** Puts the {@link SecurityHeaders} on every answer, unless whoever makes it says otherwise. */
final class SecurityHeadersFilter implements Filter {

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var answer = (HttpServletResponse) response;
        SecurityHeaders.set((HttpServletRequest) request, answer);
        chain.doFilter(request, new Replaceable(answer));
    }

    /* Spring adds headers rather than sets them, and there would be two that disagree. */
    private static final class Replaceable extends HttpServletResponseWrapper {

        private final Set<String> ours = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

        Replaceable(HttpServletResponse response) {
            super(response);
            ours.addAll(SecurityHeaders.ALWAYS.keySet());
        }

        @Override
        public void addHeader(String name, String value) {
            if (ours.remove(name)) {
                super.setHeader(name, value);
            } else {
                super.addHeader(name, value);
            }
        }
    }
}
