package io.stepfree.platform.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request with a problem; thrown where the request is found wrong, written where the answer
 * is made.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    public ProblemException(ProblemType type, String detail, List<FieldError> errors) {
        this(type, detail, errors, null);
    }

    /**
     * @param retryAfter after which time the same request can succeed; absent where that is not
     *     known
     */
    public ProblemException(
            ProblemType type,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter) {
        // No stack trace: this is an answer, not a fault, and clients can cause as many as they
        // like.
        super(detail, null, false, false);
        this.type = type;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    public ProblemType type() {
        return type;
    }

    /** One sentence about this occurrence. */
    public String detail() {
        String detail = getMessage();
        return detail == null ? type.title() : detail;
    }

    public List<FieldError> errors() {
        return errors;
    }

    /** After which time the same request can succeed; empty where that is not known. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
