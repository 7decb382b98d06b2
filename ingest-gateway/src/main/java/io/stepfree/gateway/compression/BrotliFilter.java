package io.stepfree.gateway.compression;

import io.stepfree.platform.compression.BrotliLibrary;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Encodes answers with Brotli (RFC 7932) for clients that can read it; for others the web server
 * does it with gzip. What streams, or is small, goes as it is. Where there is no Brotli for the
 * machine, nothing is changed.
 */
public final class BrotliFilter extends OncePerRequestFilter {

    private final boolean available;

    public BrotliFilter() {
        available = BrotliLibrary.load();
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!available || !AcceptedEncodings.preferBrotli(request.getHeader("Accept-Encoding"))) {
            chain.doFilter(request, response);
            return;
        }
        // An answer that was held goes on with what it began with.
        BrotliResponse encoded =
                response instanceof BrotliResponse begun ? begun : new BrotliResponse(response);
        try {
            chain.doFilter(request, encoded);
        } catch (IOException | ServletException | RuntimeException e) {
            encoded.abandon();
            throw e;
        }
        // What goes on in another thread streams, and is not encoded. What failed is answered
        // elsewhere.
        if (!request.isAsyncStarted()) {
            encoded.finish();
        }
    }
}
