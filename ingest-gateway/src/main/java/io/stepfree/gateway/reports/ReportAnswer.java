package io.stepfree.gateway.reports;

import io.stepfree.gateway.edge.TornAnswerException;
import io.stepfree.gateway.scans.EntityTag;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.pages.ReportSubject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Sends a report while it is written, so that a large one takes no memory; or says that the one that
 * the client has is still the same.
 *
 * @param subject what it is about
 * @param format how it is written
 * @param source all that it is made of: what is made of an equal text in the same way is equal
 */
record ReportAnswer(ReportSubject subject, ReportFormat format, String source) {

    /** Writes the report. */
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /**
     * Sends it.
     *
     * @param policy the content security policy of a page; empty for what no browser shows as one
     * @throws TornAnswerException when its beginning was sent and the rest cannot be
     */
    void send(
            Writing writing,
            String policy,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        response.setHeader(
                HttpHeaders.CACHE_CONTROL,
                CacheControl.noCache().cachePrivate().getHeaderValue());
        String tag = tag().header(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        if (new ServletWebRequest(request, response).checkNotModified(tag)) {
            return;
        }
        response.setContentType(format.mediaType());
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition());
        if (!policy.isEmpty()) {
            response.setHeader("Content-Security-Policy", policy);
        }
        try {
            writing.to(response.getOutputStream());
        } catch (IOException | RuntimeException e) {
            if (response.isCommitted()) {
                throw new TornAnswerException(disposition(), e);
            }
            // They are of the report, and what comes now is a problem.
            response.setHeader(HttpHeaders.CONTENT_DISPOSITION, null);
            response.setHeader(HttpHeaders.ETAG, null);
            throw e;
        }
    }

    private EntityTag tag() {
        return EntityTag.of(
                "%s %d %s".formatted(format.extension(), format.version(), source));
    }

    private String disposition() {
        var disposition =
                format == ReportFormat.HTML
                        ? ContentDisposition.inline()
                        : ContentDisposition.attachment();
        return disposition.filename(format.fileName(subject)).build().toString();
    }
}
