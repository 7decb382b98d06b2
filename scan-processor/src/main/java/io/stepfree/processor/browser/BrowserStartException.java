package io.stepfree.processor.browser;

import org.jspecify.annotations.Nullable;

/** The browser is there but did not start; worth another try later. */
public final class BrowserStartException extends Exception {

    private final String cure;

    BrowserStartException(String message, String cure, @Nullable Throwable cause) {
        super(message, cause);
        this.cure = cure;
    }

    /** What helps, as the second half of a sentence. */
    public String cure() {
        return cure;
    }
}
