package io.stepfree.processor.egress;

/**
 * Why a request did not get out.
 *
 * @param kind what stood in its way
 * @param reason one clause for a person, without control characters
 */
public record Obstacle(Kind kind, String reason) {

    /** What stood in the way. */
    public enum Kind {
        /** The address is not one that may be visited; nothing was sent to it. */
        UNSAFE_TARGET,
        /** The host name has no address. */
        UNKNOWN_HOST,
        /** The host name was not resolved in time. */
        RESOLVE_TIMEOUT,
        /** No connection could be made: refused, unreachable or timed out. */
        CONNECT,
        /** The scan has used up what it may draw. */
        LIMIT
    }

    public Obstacle {
        reason = Printable.of(reason, 500);
    }
}
