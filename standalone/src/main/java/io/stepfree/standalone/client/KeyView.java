package io.stepfree.standalone.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key as the HTTP API shows it, without the key itself.
 *
 * @param id what it is revoked by
 * @param prefix how it begins
 */
public record KeyView(
        String id,
        String prefix,
        String name,
        String client,
        List<String> scopes,
        String plan,
        String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {}
