package io.stepfree.alerts.slack;

/**
 * Slack did not take a message now, but may later. Never says the webhook's address, which is a
 * secret.
 */
final class SlackUnavailableException extends Exception {

    SlackUnavailableException(String message) {
        super(message);
    }
}
