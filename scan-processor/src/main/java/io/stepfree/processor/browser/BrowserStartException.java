package io.stepfree.processor.browser;

import org.jspecify.annotations.Nullable;

/** The browser is there but did not start; worth another try later. */
public final class BrowserStartException extends Exception {

    BrowserStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
