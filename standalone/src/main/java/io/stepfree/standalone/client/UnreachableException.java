package io.stepfree.standalone.client;

/**
 * The gateway did not answer, or answered that it cannot work now. The message is one sentence for
 * a person.
 */
public final class UnreachableException extends RuntimeException {

    UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }

    UnreachableException(String message) {
        super(message);
    }
}
