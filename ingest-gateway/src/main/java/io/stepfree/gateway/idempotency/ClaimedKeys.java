package io.stepfree.gateway.idempotency;

import io.stepfree.gateway.schema.GatewaySchema;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers for a day in PostgreSQL which scan was begun for which key, so that it holds across
 * gateways and restarts. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
public final class ClaimedKeys {

    private static final Logger log = LoggerFactory.getLogger(ClaimedKeys.class);
    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

    private static final String CLAIM =
            """
            INSERT INTO gateway.idempotency_keys AS known (client, key_hash, body_mac, scan_id, request_id)
            VALUES (:client, :keyHash, :bodyMac, :scanId::uuid, :requestId)
                ON CONFLICT (client, key_hash) DO UPDATE
               SET body_mac = excluded.body_mac, scan_id = excluded.scan_id, request_id = excluded.request_id,
                   claimed_at = now(), published = false
             WHERE known.claimed_at < now() - interval '24 h'
            RETURNING scan_id::text AS scan_id, request_id, body_mac, published
            """;

    private static final String FIND =
            """
            SELECT scan_id::text AS scan_id, request_id, body_mac, published
              FROM gateway.idempotency_keys
             WHERE client = :client AND key_hash = :keyHash
            """;

    private static final String PUBLISHED =
            """
            UPDATE gateway.idempotency_keys SET published = true
             WHERE client = :client AND key_hash = :keyHash AND scan_id = :scanId::uuid
            """;

    private static final int SWEPT_AT_ONCE = 1_000;

    private static final String SWEEP =
            """
            DELETE FROM gateway.idempotency_keys
             WHERE ctid IN (SELECT ctid FROM gateway.idempotency_keys
                             WHERE claimed_at < now() - interval '24 h'
                             LIMIT %d FOR UPDATE SKIP LOCKED)
            """
                    .formatted(SWEPT_AT_ONCE);

    /**
     * What a key stands for.
     *
     * @param scanId the scan that was, or is to be, begun for it
     * @param requestId the id of the HTTP request that brought it first
     * @param sameBody whether that one brought the same body
     * @param published whether the scan is known to be on its topic
     */
    record Claim(String scanId, String requestId, boolean sameBody, boolean published) {}

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final AtomicLong nextSweep = new AtomicLong(System.nanoTime());

    public ClaimedKeys(Jdbi jdbi, GatewaySchema schema) {
        this.jdbi = jdbi;
        this.schema = schema;
    }

    /** Takes the key for this scan, or tells for which it was taken within the last day. */
    Claim claim(String client, IdempotencyKey key, byte[] bodyMac, String scanId, String request) {
        schema.assure();
        sweepNowAndThen();
        return jdbi.withHandle(handle -> {
            while (true) {
                Optional<Claim> claim =
                        ask(handle, CLAIM, client, key, bodyMac, scanId, request)
                                .or(() -> ask(handle, FIND, client, key, bodyMac, scanId, request));
                // Neither when it was swept between the two.
                if (claim.isPresent()) {
                    return claim.get();
                }
            }
        });
    }

    private static Optional<Claim> ask(
            Handle handle,
            String sql,
            String client,
            IdempotencyKey key,
            byte[] bodyMac,
            String scanId,
            String request) {
        return handle.createQuery(sql)
                .bind("client", client)
                .bind("keyHash", key.hash())
                .bind("bodyMac", bodyMac)
                .bind("scanId", scanId)
                .bind("requestId", request)
                .map((row, _) ->
                        new Claim(
                                row.getString("scan_id"),
                                row.getString("request_id"),
                                Arrays.equals(row.getBytes("body_mac"), bodyMac),
                                row.getBoolean("published")))
                .findOne();
    }

    /** The key's scan is on its topic: it need not be put there again. */
    void published(String client, IdempotencyKey key, String scanId) {
        jdbi.useHandle(handle ->
                handle.createUpdate(PUBLISHED)
                        .bind("client", client)
                        .bind("keyHash", key.hash())
                        .bind("scanId", scanId)
                        .execute());
    }

    /* Aside, so that nobody waits for it. */
    private void sweepNowAndThen() {
        long due = nextSweep.get();
        if (System.nanoTime() - due >= 0
                && nextSweep.compareAndSet(due, System.nanoTime() + BETWEEN_SWEEPS.toNanos())) {
            Thread.ofVirtual().name("idempotency-keys").start(this::sweep);
        }
    }

    private void sweep() {
        try {
            while (jdbi.withHandle(handle -> handle.execute(SWEEP)) == SWEPT_AT_ONCE) {
                // There may be more.
            }
        } catch (RuntimeException e) {
            log.debug("old keys are swept later: {}", e.toString());
        }
    }
}
