package io.stepfree.gateway.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of its scans a client means; what is null restricts nothing.
 *
 * @param status how the scan stands, such as completed
 * @param host the host of the page
 * @param batch the batch that the scan is part of
 * @param from submitted at this moment or later
 * @param to submitted before this moment
 * @param scoreFrom with a score of at least this
 * @param scoreTo with a score of at most this
 */
public record ScanFilter(
        @Nullable String status,
        @Nullable String host,
        @Nullable String batch,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Integer scoreFrom,
        @Nullable Integer scoreTo) {}
