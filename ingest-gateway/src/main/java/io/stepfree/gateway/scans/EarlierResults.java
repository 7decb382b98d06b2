package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.cache.Freshness;
import io.stepfree.gateway.cache.ResultCache;
import io.stepfree.platform.repeat.RepeatKey;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a scan may be answered with the result of an earlier one, and says what was
 * decided as RFC 9211 has it. Thread-safe.
 */
final class EarlierResults {

    /** The header that tells it. */
    static final String STATUS = "Cache-Status";

    private static final String US = "stepfree; ";

    private final ResultCache cache;

    EarlierResults(ResultCache cache) {
        this.cache = cache;
    }

    /**
     * What was found.
     *
     * @param hit null where a scan has to be made
     * @param status what {@link #STATUS} says; empty where there is no cache
     */
    record Look(ResultCache.@Nullable Hit hit, Optional<String> status) {

        private static Look none(String why) {
            return new Look(null, Optional.of(US + "fwd=" + why));
        }
    }

    Look look(SubmitController.Order order) {
        if (!cache.enabled()) {
            return new Look(null, Optional.empty());
        }
        String bar = bar(order);
        if (bar != null) {
            return Look.none("bypass; detail=" + bar);
        }
        Duration oldest = Freshness.read(order.cacheControl(), cache.keep());
        if (oldest.isZero()) {
            return Look.none("request");
        }
        String client = order.caller().client();
        return RepeatKey.of(
                        client,
                        order.scan().url(),
                        order.scan().standard().text(),
                        order.scan().options())
                .flatMap(key -> cache.find(client, key, oldest))
                .map(hit -> new Look(hit, Optional.of(US + "hit; ttl=" + hit.left().toSeconds())))
                .orElseGet(() -> Look.none("miss"));
    }

    /* What makes a scan one that has to be made, whatever is known; null where nothing does. */
    private static @Nullable String bar(SubmitController.Order order) {
        if (!order.scan().secrets().isEmpty()) {
            return "secrets";
        }
        if (order.scan().batch() != null) {
            return "batch";
        }
        if (order.scan().callback() != null) {
            return "callback";
        }
        if (order.key().isPresent()) {
            return "idempotency-key";
        }
        return order.caller().may(Scope.READ) ? null : "scope";
    }
}
