package io.stepfree.alerts.channel;

import io.stepfree.platform.kafka.NotNowException;
import java.time.Instant;

/**
 * A receiver did not take a message now, but may later. Never says its address, which is often a
 * secret.
 */
public final class ChannelUnavailableException extends NotNowException {

    private final Instant notBefore;

    public ChannelUnavailableException(String message) {
        this(message, Instant.MIN);
    }

    /**
     * @param notBefore when it wants to be asked again at the earliest
     */
    ChannelUnavailableException(String message, Instant notBefore) {
        super(message);
        this.notBefore = notBefore;
    }

    Instant notBefore() {
        return notBefore;
    }
}
