package io.stepfree.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The bytes are not a record of the expected kind, and never will be: keep them aside and go on.
 */
public final class UndecodableRecordException extends SerializationException {

    public UndecodableRecordException(String message) {
        super(message);
    }

    UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
