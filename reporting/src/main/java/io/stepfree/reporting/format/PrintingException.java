package io.stepfree.reporting.format;

import java.io.IOException;

/** A page could not be printed; the message is a sentence without its full stop that says why. */
public final class PrintingException extends IOException {

    private static final long serialVersionUID = 1;

    /** What was in the way. */
    public enum Reason {
        /** This machine has none; nothing will change by itself. */
        NO_BROWSER,
        /** As many are printed at once as may be; later it may go. */
        BUSY,
        /** It is larger than what is printed, or takes longer; it will be so again. */
        TOO_LARGE,
        /** The browser or its document is not what it should be. */
        FAILED
    }

    private final Reason reason;

    public PrintingException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public PrintingException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What was in the way. */
    public Reason reason() {
        return reason;
    }
}
