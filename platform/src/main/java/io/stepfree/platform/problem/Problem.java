package io.stepfree.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is an error: problem details (RFC 9457) with our extensions
 * requestId, timestamp and errors. The components are the JSON fields; those that are absent or
 * empty are left out.
 *
 * @param type identifies the kind of problem, see {@link ProblemType#uri()}
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail this occurrence in words, with the cure where there is one
 * @param instance the path that was asked for; absent when it could not be read
 * @param requestId the id of the request, as in the header X-Request-ID and in the logs
 * @param timestamp when it happened, to the millisecond
 * @param errors the fields that are wrong; empty when the problem is not about fields
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "requestId",
    "timestamp",
    "errors"
})
public record Problem(
        URI type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        @Nullable String requestId,
        Instant timestamp,
        List<FieldError> errors) {

    /** The media type of such a body. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final int LONGEST_INSTANCE = 512;

    public Problem {
        detail = FieldError.printableText(detail);
        instance = instance == null ? null : shorten(FieldError.printableText(instance));
        timestamp = timestamp.truncatedTo(ChronoUnit.MILLIS);
        errors = List.copyOf(errors);
    }

    /** A problem of that kind, now, at that path. */
    public static Problem of(
            ProblemType type,
            String detail,
            List<FieldError> errors,
            @Nullable String instance,
            @Nullable String requestId) {
        return new Problem(
                type.uri(),
                type.title(),
                type.status(),
                detail,
                instance,
                requestId,
                Instant.now(),
                errors);
    }

    /** The same with another status of the same class, for kinds that gather several. */
    public Problem withStatus(int status) {
        return new Problem(type, title, status, detail, instance, requestId, timestamp, errors);
    }

    private static String shorten(String instance) {
        return instance.length() <= LONGEST_INSTANCE
                ? instance
                : instance.substring(0, LONGEST_INSTANCE) + "…";
    }
}
