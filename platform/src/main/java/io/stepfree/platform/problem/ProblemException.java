package io.stepfree.platform.problem;

import java.util.List;

/**
 * Ends a request with a problem; thrown where the request is found wrong, written where the answer
 * is made.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final transient List<FieldError> errors;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    public ProblemException(ProblemType type, String detail, List<FieldError> errors) {
        // No stack trace: this is an answer, not a fault, and clients can cause as many as they
        // like.
        super(detail, null, false, false);
        this.type = type;
        this.errors = List.copyOf(errors);
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
}
