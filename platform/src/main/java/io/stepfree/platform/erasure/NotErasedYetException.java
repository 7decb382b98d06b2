package io.stepfree.platform.erasure;

import io.stepfree.platform.kafka.NotNowException;

/** After all was erased that was found, something was there all the same: it is looked at again. */
final class NotErasedYetException extends NotNowException {

    private static final long serialVersionUID = 1L;

    NotErasedYetException(String message) {
        super(message);
    }
}
