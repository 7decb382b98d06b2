package io.stepfree.processor.browser;

import io.stepfree.platform.boot.CannotStartException;

/**
 * A program that scanning needs is not on this machine; the message is one sentence that names it
 * and the cure.
 */
public final class BrowserMissingException extends CannotStartException {

    BrowserMissingException(String message) {
        super(message);
    }
}
