package io.stepfree.processor.browser;

/**
 * A command to the browser got no good answer; the kind says what became of what it was sent to.
 */
public abstract sealed class CdpException extends Exception {

    private CdpException(String message) {
        super(message);
    }

    /** The browser answered with an error: the command is wrong, or what it speaks of is gone. */
    public static final class Refused extends CdpException {
        Refused(String message) {
            super(message);
        }
    }

    /** The tab or frame was closed or navigated to another process, so that no answer will come. */
    public static final class TargetClosed extends CdpException {
        TargetClosed(String message) {
            super(message);
        }
    }

    /** The process of the tab or frame died. */
    public static final class TargetCrashed extends CdpException {
        TargetCrashed(String message) {
            super(message);
        }
    }

    /** The tab, or the browser with it, was ended because it took more memory than it may. */
    public static final class MemoryExceeded extends CdpException {
        MemoryExceeded(String message) {
            super(message);
        }
    }

    /** The browser itself is gone. */
    public static final class ConnectionLost extends CdpException {
        ConnectionLost(String message) {
            super(message);
        }
    }

    /** Nothing was heard in the time given; the command may still be running. */
    public static final class NoAnswer extends CdpException {
        NoAnswer(String message) {
            super(message);
        }
    }
}
