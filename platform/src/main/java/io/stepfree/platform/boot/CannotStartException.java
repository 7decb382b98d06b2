package io.stepfree.platform.boot;

/** A service cannot start, and its message says why and what helps in one sentence. */
public class CannotStartException extends RuntimeException {

    public CannotStartException(String message) {
        super(message);
    }

    public CannotStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
