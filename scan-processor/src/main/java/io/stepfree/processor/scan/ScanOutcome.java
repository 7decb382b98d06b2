package io.stepfree.processor.scan;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.PageResult;

/** How one attempt at a scan ended. */
public sealed interface ScanOutcome {

    /** The page was seen. */
    record Completed(PageResult page) implements ScanOutcome {}

    /** It was not; the failure's type decides between retry and dead letter. */
    record Failed(Failure failure) implements ScanOutcome {}
}
