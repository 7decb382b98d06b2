package io.stepfree.platform.request;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The id that ties an HTTP request to every record, log line and report that comes of it. Its
 * characters are safe in headers, logs, file names and HTML.
 *
 * @param value 1 to 64 of letters, digits and {@code . _ : -}
 */
public record RequestId(String value) {

    /** The header of HTTP requests and answers. */
    public static final String HTTP_HEADER = "X-Request-ID";

    /** The header of records on every topic. */
    public static final String RECORD_HEADER = "x-request-id";

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    public RequestId {
        if (!SANE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a request id: " + value.length() + " chars");
        }
    }

    /** A new id that nobody else has. */
    public static RequestId create() {
        return new RequestId(UUID.randomUUID().toString());
    }

    /** The candidate when it is sane, a new id otherwise. */
    public static RequestId saneOr(@Nullable String candidate) {
        return candidate != null && SANE.matcher(candidate).matches()
                ? new RequestId(candidate)
                : create();
    }

    /** The id that a record carries, if it carries a sane one. */
    public static Optional<RequestId> from(Headers headers) {
        Header header = headers.lastHeader(RECORD_HEADER);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        String text = new String(header.value(), StandardCharsets.UTF_8);
        return SANE.matcher(text).matches() ? Optional.of(new RequestId(text)) : Optional.empty();
    }

    /** Puts this id on a record, in place of any other. */
    public void writeTo(Headers headers) {
        headers.remove(RECORD_HEADER);
        headers.add(RECORD_HEADER, value.getBytes(StandardCharsets.UTF_8));
    }
}
