package io.stepfree.platform.secret;

/**
 * The secrets of a scan cannot be opened: their key is not known here, they belong to another scan,
 * or they were altered. Only the first may be mended, by giving this service the key.
 */
public final class SecretsUnreadableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean keyMissing;

    /* No cause: what a parser says about its input may quote it. */
    SecretsUnreadableException(String message, boolean keyMissing) {
        super(message);
        this.keyMissing = keyMissing;
    }

    /** Whether nothing is wrong with the secrets, but this service was not given their key. */
    public boolean isKeyMissing() {
        return keyMissing;
    }
}
