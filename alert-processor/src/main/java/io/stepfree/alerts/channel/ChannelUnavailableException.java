package io.stepfree.alerts.channel;

/**
 * A receiver did not take a message now, but may later. Never says its address, which is often a
 * secret.
 */
final class ChannelUnavailableException extends Exception {

    ChannelUnavailableException(String message) {
        super(message);
    }
}
