package io.stepfree.alerts.channel;

import io.stepfree.platform.kafka.NotNowException;

/**
 * A receiver did not take a message now, but may later. Never says its address, which is often a
 * secret.
 */
final class ChannelUnavailableException extends NotNowException {

    ChannelUnavailableException(String message) {
        super(message);
    }
}
