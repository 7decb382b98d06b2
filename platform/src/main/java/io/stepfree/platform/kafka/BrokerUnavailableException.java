package io.stepfree.platform.kafka;

/** The broker did not acknowledge a record in time; whether it was written is not known. */
public final class BrokerUnavailableException extends RuntimeException {

    BrokerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
