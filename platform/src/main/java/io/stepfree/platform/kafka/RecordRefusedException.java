package io.stepfree.platform.kafka;

/** The broker, or our own client, will never take this record, such as one that is too large. */
public final class RecordRefusedException extends RuntimeException {

    RecordRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
