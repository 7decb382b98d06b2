package io.stepfree.platform.kafka;

/**
 * A record cannot be dealt with now and is to come again. Whoever throws it tells of the reason by
 * itself, once however often the record comes; the listener adds nothing to that.
 */
public abstract class NotNowException extends Exception {

    protected NotNowException(String message) {
        super(message);
    }
}
