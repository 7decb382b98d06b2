package io.stepfree.platform.secret;

/**
 * The secrets of a scan cannot be opened: their key is not known here, they belong to another scan,
 * or they were altered. A retry on the same worker cannot help.
 */
public final class SecretsUnreadableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /* No cause: what a parser says about its input may quote it. */
    SecretsUnreadableException(String message) {
        super(message);
    }
}
