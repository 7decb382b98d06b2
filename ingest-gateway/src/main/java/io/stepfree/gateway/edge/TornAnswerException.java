package io.stepfree.gateway.edge;

/**
 * An answer that has begun and cannot go on. Its connection is ended in the middle of it, so that
 * nobody takes what was sent for the whole.
 */
public final class TornAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * @param what was to be sent, for the log
     * @param cause why it cannot go on
     */
    public TornAnswerException(String what, Throwable cause) {
        super(what + " broke off after its beginning was sent", cause);
    }
}
