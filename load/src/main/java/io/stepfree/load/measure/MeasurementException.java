package io.stepfree.load.measure;

/** Nothing could be measured; the message says why, in a sentence for a person. */
public final class MeasurementException extends RuntimeException {

    public MeasurementException(String message) {
        super(message);
    }

    public MeasurementException(String message, Throwable cause) {
        super(message, cause);
    }
}
