package io.stepfree.gateway.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key as administrators see it; the components are the JSON fields. The key itself is not among
 * them.
 *
 * @param id what it is revoked by
 * @param prefix how it begins
 * @param name what it is for
 * @param client whose scans it may see and order
 * @param scopes what it may do
 * @param plan how much it may do
 * @param createdBy whose key made it
 * @param expiresAt when it ends by itself
 * @param revokedAt when it was ended
 * @param lastUsedAt when it was last used, a minute more or less
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyRow(
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
        @Nullable Instant lastUsedAt) {

    public boolean isLive(Instant now) {
        return revokedAt == null && (expiresAt == null || expiresAt.isAfter(now));
    }

    Caller caller() {
        return new Caller(
                "%s (%s…)".formatted(name, prefix),
                client,
                scopes.stream()
                        .map(Scope.BY_WORD::get)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet()),
                plan);
    }
}
