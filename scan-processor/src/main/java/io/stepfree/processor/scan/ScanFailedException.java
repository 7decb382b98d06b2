package io.stepfree.processor.scan;

import io.stepfree.schemas.scan.Failure;

/** Leaves the steps of a scan once it is known how the scan failed. */
final class ScanFailedException extends Exception {

    private final transient Failure failure;

    ScanFailedException(Failure failure) {
        super(failure.getMessage(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
