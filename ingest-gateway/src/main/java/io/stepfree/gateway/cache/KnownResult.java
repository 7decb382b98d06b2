package io.stepfree.gateway.cache;

import java.time.Instant;

/**
 * The result of a scan that ended well, fit to answer another that asks for the same.
 *
 * @param client whose it is, and nobody else's
 * @param scanId the scan that was made
 * @param submittedAt when that was ordered, which decides whether an erasure covers it
 * @param completedAt when its page had been seen
 * @param engine name and version of the engine that looked
 * @param json the scan with its report as clients see it, a JSON object
 */
public record KnownResult(
        String client,
        String scanId,
        Instant submittedAt,
        Instant completedAt,
        String engine,
        String json) {}
