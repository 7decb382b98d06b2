package io.stepfree.gateway.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the audit log are meant; what is null restricts nothing.
 *
 * @param client whom the change was asked for
 * @param action the method and the route, such as POST /admin/keys
 * @param from at this moment or later
 * @param to before this moment
 */
public record AuditFilter(
        @Nullable String client,
        @Nullable String action,
        @Nullable Instant from,
        @Nullable Instant to) {}
