package io.stepfree.processor.browser;

/**
 * A program that scanning needs is not on this machine; the message is one sentence that names it
 * and the cure.
 */
public final class BrowserMissingException extends RuntimeException {

    BrowserMissingException(String message) {
        super(message);
    }
}
