package io.stepfree.processor.job;

import org.jspecify.annotations.Nullable;

/** The lock on a job could not be kept, so that another worker may have the job by now. */
final class ClaimLostException extends Exception {

    ClaimLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
