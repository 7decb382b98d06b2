package io.stepfree.gateway.publish;

/**
 * Of many orders not all were published, because the way out was shut in between. The message tells
 * the client how many were, and what to do.
 */
public final class PartlyPublishedException extends RuntimeException {

    private final RuntimeException reason;

    /**
     * @param reason what {@link GuardedPublisher#publish} threw
     */
    public PartlyPublishedException(String message, RuntimeException reason) {
        super(message, reason);
        this.reason = reason;
    }

    /** What {@link GuardedPublisher#publish} threw. */
    public RuntimeException reason() {
        return reason;
    }
}
