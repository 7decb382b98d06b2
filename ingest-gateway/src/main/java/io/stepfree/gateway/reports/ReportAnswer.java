package io.stepfree.gateway.reports;

import io.stepfree.gateway.edge.TornAnswerException;
import io.stepfree.gateway.scans.EntityTag;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.pages.ReportSubject;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A report as it goes over the wire: written while it is sent, so that a large one takes no memory.
 *
 * @param subject what it is about
 * @param format how it is written
 * @param source all that it is made of: what is made of an equal text in the same way is equal
 */
record ReportAnswer(ReportSubject subject, ReportFormat format, String source) {

    private static final Logger LOG = LoggerFactory.getLogger(ReportAnswer.class);

    /** Writes the report. */
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /** Names what is sent: also the way in which it is written, which a new version may change. */
    EntityTag tag() {
        return EntityTag.of("%s %d %s".formatted(format.extension(), format.version(), source));
    }

    /**
     * Sends it. Who has gone in the middle is left alone.
     *
     * @throws TornAnswerException when its beginning was sent and the rest cannot be made
     * @throws IOException when it cannot be made and nothing was sent; so with what else the
     *     writing throws
     */
    void send(Writing writing, HttpServletResponse response) throws IOException {
        response.setContentType(format.mediaType());
        response.setHeader("Content-Disposition", disposition());
        var wire = new Wire(response.getOutputStream());
        try {
            writing.to(wire);
        } catch (IOException | RuntimeException e) {
            if (wire.broken) {
                LOG.debug("nobody waits for {} any more", disposition(), e);
                return;
            }
            if (response.isCommitted()) {
                throw new TornAnswerException(disposition(), e);
            }
            notOfTheReport(response);
            throw e;
        } catch (Error e) {
            // Spring would hand it on as an exception that ends the answer in good order.
            if (response.isCommitted()) {
                throw new TornAnswerException(disposition(), e);
            }
            notOfTheReport(response);
            throw e;
        }
    }

    /* These headers are of the report, and what comes now is a problem. */
    private static void notOfTheReport(HttpServletResponse response) {
        response.setHeader("Content-Disposition", null);
        response.setHeader("ETag", null);
    }

    private String disposition() {
        // A file name of ours has no sign that would need to be quoted.
        return "%s; filename=\"%s\""
                .formatted(
                        format == ReportFormat.HTML ? "inline" : "attachment",
                        format.fileName(subject));
    }

    /**
     * Knows whether it was the client that failed; writers hide that in exceptions of their own.
     */
    private static final class Wire extends OutputStream {

        private final OutputStream client;
        private boolean broken;

        Wire(OutputStream client) {
            this.client = client;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                client.write(bytes, from, length);
            } catch (IOException e) {
                broken = true;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                client.flush();
            } catch (IOException e) {
                broken = true;
                throw e;
            }
        }
    }
}
