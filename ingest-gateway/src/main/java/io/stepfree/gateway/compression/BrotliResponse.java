package io.stepfree.gateway.compression;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is encoded from the moment that it is known to be worth it. What is shorter than
 * {@link #LEAST} is sent as it is. Not thread-safe.
 */
final class BrotliResponse extends HttpServletResponseWrapper {

    /** Below this the header costs more than it saves. */
    static final int LEAST = 1_024;

    /** The lowest level at which a page of scans becomes a tenth of its size. */
    private static final Encoder.Parameters QUALITY = Encoder.Parameters.create(5);

    private static final List<String> WORTH_IT =
            List.of(
                    "application/json",
                    "application/ld+json",
                    "application/problem+json",
                    "application/sarif+json",
                    "application/x-ndjson",
                    "application/xml",
                    "application/yaml",
                    "text/html",
                    "text/css",
                    "text/csv",
                    "text/plain",
                    "text/javascript",
                    "image/svg+xml");

    private static final int NO_CONTENT = 204;
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;

    private @Nullable Encoding encoding;
    private @Nullable PrintWriter writer;

    BrotliResponse(HttpServletResponse response) {
        super(response);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        Encoding begun = encoding;
        if (begun == null) {
            begun = new Encoding(getResponse().getOutputStream());
            encoding = begun;
        }
        return begun;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter begun = writer;
        if (begun == null) {
            Charset charset =
                    Optional.ofNullable(getCharacterEncoding())
                            .map(Charset::forName)
                            .orElse(StandardCharsets.UTF_8);
            begun = new PrintWriter(new OutputStreamWriter(getOutputStream(), charset));
            writer = begun;
        }
        return begun;
    }

    /* The length that is told here is not the one that is sent. */
    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        if (length < LEAST) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setHeader(String name, String value) {
        if (!name.equalsIgnoreCase("Content-Length")) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!name.equalsIgnoreCase("Content-Length")) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void reset() {
        super.reset();
        discard();
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        discard();
    }

    private void discard() {
        Encoding begun = encoding;
        if (begun != null) {
            begun.discard();
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (encoding != null) {
            encoding.flush();
        }
        super.flushBuffer();
    }

    /** Sends what is left. */
    void finish() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (encoding != null) {
            encoding.finish();
        }
    }

    /** Sends nothing more: it broke off, and is not to look whole. */
    void abandon() {
        if (encoding != null) {
            encoding.abandon();
        }
    }

    private boolean isWorthIt() {
        String type = getContentType();
        int status = getStatus();
        return type != null
                && WORTH_IT.contains(type.split(";", 2)[0].strip())
                && !containsHeader("Content-Encoding")
                && status != NO_CONTENT
                && status != PARTIAL
                && status != NOT_MODIFIED
                && !isCommitted();
    }

    /** Holds the beginning back until it is decided, and then encodes, or not. */
    private final class Encoding extends ServletOutputStream {

        private final ServletOutputStream plain;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private Gate gate;
        private @Nullable OutputStream decided;

        Encoding(ServletOutputStream plain) {
            this.plain = plain;
            this.gate = new Gate(plain);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            OutputStream to = decided;
            if (to != null) {
                to.write(bytes, from, length);
                return;
            }
            held.write(bytes, from, length);
            // A stream of events, say, must not be held back.
            if (held.size() >= LEAST || !isWorthIt()) {
                decide();
            }
        }

        /* The beginning is held back all the same: whoever writes JSON flushes it at its end. */
        @Override
        public void flush() throws IOException {
            if (decided != null) {
                decided.flush();
            }
        }

        private void decide() throws IOException {
            addHeader("Vary", "Accept-Encoding");
            OutputStream to = plain;
            if (held.size() >= LEAST && isWorthIt()) {
                setHeader("Content-Encoding", "br");
                weaken();
                to = new BrotliOutputStream(gate, QUALITY);
            }
            decided = to;
            held.writeTo(to);
            held.reset();
        }

        /* What comes instead, such as a problem, is encoded anew or not at all. */
        private void discard() {
            held.reset();
            if (decided instanceof BrotliOutputStream) {
                ((HttpServletResponse) getResponse()).setHeader("Content-Encoding", null);
            }
            abandon();
        }

        /* For the memory that the encoder has outside of the heap; what it still writes goes nowhere. */
        private void abandon() {
            gate.shut = true;
            if (decided instanceof BrotliOutputStream begun) {
                try {
                    begun.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            decided = null;
            gate = new Gate(plain);
        }

        /* Of other bytes than the plain answer has, RFC 9110, 8.8.1. */
        private void weaken() {
            String tag = getHeader("ETag");
            if (tag != null && !tag.startsWith("W/")) {
                setHeader("ETag", "W/" + tag);
            }
        }

        private void finish() throws IOException {
            if (decided == null && held.size() == 0) {
                return;
            }
            if (decided == null) {
                decide();
            }
            if (decided instanceof BrotliOutputStream brotli) {
                brotli.close();
            } else {
                plain.flush();
            }
        }

        @Override
        public boolean isReady() {
            return plain.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("what is written without waiting is not encoded");
        }
    }

    /** Where encoded bytes go through, as long as they are wanted. */
    private static final class Gate extends OutputStream {

        private final OutputStream to;
        private boolean shut;

        Gate(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int one) throws IOException {
            if (!shut) {
                to.write(one);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (!shut) {
                to.write(bytes, from, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (!shut) {
                to.flush();
            }
        }
    }
}
