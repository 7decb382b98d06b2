package io.stepfree.gateway.publish;

/**
 * Of many orders not all were published, because the way out was shut in between. The message tells
 * the client how many were, and what to do.
 */
public final class PartlyPublishedException extends RuntimeException {

    private final int published;
    private final RuntimeException reason;

    /**
     * @param published how many were
     * @param reason what {@link GuardedPublisher#publish} threw
     */
    public PartlyPublishedException(String message, int published, RuntimeException reason) {
        super(message, reason);
        this.published = published;
        this.reason = reason;
    }

    /** How many were published for sure. */
    public int published() {
        return published;
    }

    /** What {@link GuardedPublisher#publish} threw. */
    public RuntimeException reason() {
        return reason;
    }
}
