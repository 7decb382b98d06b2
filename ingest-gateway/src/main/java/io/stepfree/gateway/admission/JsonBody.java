package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/**
 * Reads a body as one document of {@linkplain StrictJson strict JSON}, with no more bytes than
 * allowed however the body is framed. Thread-safe.
 */
public final class JsonBody {

    private static final StrictJson JSON = new StrictJson("body");
    private static final int BUFFER_BYTES = 8 * 1024;

    private final int longest;
    private final Duration within;

    /**
     * What came with the HTTP request.
     *
     * @param contentType the header Content-Type
     * @param contentEncoding the header Content-Encoding
     * @param length the announced length in bytes, or -1
     * @param bytes the body
     */
    public record Source(
            @Nullable String contentType,
            @Nullable String contentEncoding,
            long length,
            InputStream bytes) {}

    /**
     * @param longest the longest body accepted, in bytes
     * @param within how long it may take to arrive, in all; looked at whenever a part of it comes,
     *     and the web server waits for none of them longer than its own timeout
     */
    public JsonBody(int longest, Duration within) {
        this.longest = longest;
        this.within = within;
    }

    /**
     * The document in the body.
     *
     * @throws ProblemException when there is none, or it is too large, of another media type, or
     *     malformed
     */
    public JsonNode required(Source source) {
        requireJson(source);
        byte[] bytes = bytes(source);
        if (bytes.length == 0) {
            throw StrictJson.malformed(
                    JsonPointer.ROOT, "The body is empty; a JSON object is needed.");
        }
        return JSON.parse(bytes);
    }

    /**
     * The document in the body, or null when the body is empty; then its media type does not
     * matter.
     *
     * @throws ProblemException when it is too large, of another media type, or malformed
     */
    public @Nullable JsonNode optional(Source source) {
        byte[] bytes = bytes(source);
        if (bytes.length == 0) {
            return null;
        }
        requireJson(source);
        return JSON.parse(bytes);
    }

    private static void requireJson(Source source) {
        requirePlain(source);
        String contentType = source.contentType();
        if (!isDeclared(contentType, MediaType.APPLICATION_JSON_VALUE)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body is declared as %s; send application/json in UTF-8."
                            .formatted(contentType == null ? "nothing" : contentType));
        }
    }

    /**
     * Returns when the body is as it reads.
     *
     * @throws ProblemException when it is compressed or otherwise encoded
     */
    public static void requirePlain(Source source) {
        String encoding = source.contentEncoding();
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body is encoded as %s; send it without a Content-Encoding."
                            .formatted(encoding));
        }
    }

    /**
     * Whether a body is declared as one of that media type in UTF-8.
     *
     * @param contentType the header Content-Type
     */
    public static boolean isDeclared(@Nullable String contentType, String mediaType) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            String charset = type.getParameter("charset");
            return type.equalsTypeAndSubtype(MediaType.parseMediaType(mediaType))
                    && (charset == null
                            || charset.replace("\"", "").toLowerCase(Locale.ROOT).equals("utf-8"));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private byte[] bytes(Source source) {
        if (source.length() > longest) {
            throw tooLarge(longest);
        }
        long started = System.nanoTime();
        var bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        int read = next(source.bytes(), buffer);
        while (read >= 0) {
            bytes.write(buffer, 0, read);
            if (bytes.size() > longest) {
                throw tooLarge(longest);
            }
            if (System.nanoTime() - started > within.toNanos()) {
                throw tooSlow("The body was not there after %d ms.".formatted(within.toMillis()));
            }
            read = next(source.bytes(), buffer);
        }
        return bytes.toByteArray();
    }

    /**
     * Some more of a body; -1 at its end.
     *
     * @throws ProblemException when the client breaks off, or falls silent
     */
    public static int next(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            // Tomcat wraps it.
            if (e instanceof SocketTimeoutException
                    || e.getCause() instanceof SocketTimeoutException) {
                throw tooSlow("The body stopped coming before it was whole.");
            }
            throw notWhole();
        }
    }

    private static ProblemException tooSlow(String detail) {
        return new ProblemException(ProblemType.BODY_TOO_SLOW, detail);
    }

    /**
     * The problem of a body that broke off: wrong chunk framing, a body shorter than announced, or
     * a client that went away or to sleep.
     */
    public static ProblemException notWhole() {
        return new ProblemException(
                ProblemType.BAD_REQUEST,
                "The body did not arrive whole; its framing may be wrong.");
    }

    /**
     * The problem of a body that is too long.
     *
     * @param longest how many bytes are allowed
     */
    public static ProblemException tooLarge(long longest) {
        return new ProblemException(
                ProblemType.BODY_TOO_LARGE,
                "The body is longer than the %,d bytes allowed.".formatted(longest),
                List.of(
                        FieldError.in(
                                JsonPointer.ROOT,
                                null,
                                "at most %,d bytes are allowed".formatted(longest))));
    }
}
