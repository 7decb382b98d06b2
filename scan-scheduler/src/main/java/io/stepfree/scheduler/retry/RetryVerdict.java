package io.stepfree.scheduler.retry;

import io.stepfree.schemas.scan.DeathCause;
import java.time.Duration;

/** What becomes of a scan after a failed attempt. */
public sealed interface RetryVerdict {

    /** It is tried again after this delay. */
    record Retry(Duration delay) implements RetryVerdict {}

    /** There is no further attempt. */
    record GiveUp(DeathCause cause) implements RetryVerdict {}
}
