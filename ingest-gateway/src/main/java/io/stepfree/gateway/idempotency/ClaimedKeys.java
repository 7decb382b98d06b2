package io.stepfree.gateway.idempotency;

import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.schema.HourlySweep;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Remembers for a day in PostgreSQL which scan was begun for which key, so that it holds across
 * gateways and restarts. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
public final class ClaimedKeys {

    /** Locks the row, also one that it leaves as it is. */
    private static final String CLAIM =
            """
            INSERT INTO gateway.idempotency_keys AS known (client, key_hash, body_mac, scan_id, request_id, scans)
            VALUES (:client, :keyHash, :bodyMac, :scanId::uuid, :requestId, :scans)
                ON CONFLICT (client, key_hash) DO UPDATE
               SET body_mac = excluded.body_mac, scan_id = excluded.scan_id, request_id = excluded.request_id,
                   scans = excluded.scans, claimed_at = now(), published = false, counted = true
             WHERE known.claimed_at < now() - interval '24 h'
            RETURNING scan_id::text AS scan_id, request_id, body_mac, published, counted, scans
            """;

    private static final String FIND =
            """
            SELECT scan_id::text AS scan_id, request_id, body_mac, published, counted, scans
              FROM gateway.idempotency_keys
             WHERE client = :client AND key_hash = :keyHash
            """;

    private static final String PUBLISHED =
            """
            UPDATE gateway.idempotency_keys SET published = true
             WHERE client = :client AND key_hash = :keyHash AND scan_id = :scanId::uuid
            """;

    private static final String COUNTED =
            """
            UPDATE gateway.idempotency_keys SET counted = :counted
             WHERE client = :client AND key_hash = :keyHash AND scan_id = :scanId::uuid
               AND counted <> :counted AND NOT published
            """;

    private static final String SWEEP =
            """
            DELETE FROM gateway.idempotency_keys
             WHERE ctid IN (SELECT ctid FROM gateway.idempotency_keys
                             WHERE claimed_at < now() - interval '24 h'
                             LIMIT %d FOR UPDATE SKIP LOCKED)
            """
                    .formatted(HourlySweep.AT_ONCE);

    /**
     * What a key stands for.
     *
     * @param scanId the scan that was, or is to be, begun for it
     * @param requestId the id of the HTTP request that brought it first
     * @param sameBody whether that one brought the same body
     * @param published whether the scan is known to be on its topic
     * @param counted whether the scan was let in, and counts as its client's
     * @param scans how many scans it counts as
     */
    record Claim(
            String scanId,
            String requestId,
            boolean sameBody,
            boolean published,
            boolean counted,
            int scans) {}

    /**
     * An order that comes with a key.
     *
     * @param scanId the scan to begin, if the key is new
     * @param requestId the id of the HTTP request
     * @param scans how many scans it counts as, if the key is new
     */
    record Order(String scanId, String requestId, int scans) {}

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final HourlySweep sweep;

    public ClaimedKeys(Jdbi jdbi, GatewaySchema schema) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.sweep = new HourlySweep(jdbi, SWEEP);
    }

    /**
     * Takes the key for this scan, or tells for which it was taken within the last day.
     *
     * @param admission lets in, or refuses by throwing, a scan that does not count yet; it belongs
     *     to the transaction that takes the key, so that what is refused takes none
     */
    Claim claim(
            String client,
            IdempotencyKey key,
            byte[] bodyMac,
            Order order,
            BiConsumer<Handle, Claim> admission) {
        schema.assure();
        sweep.nowAndThen();
        return jdbi.inTransaction(handle -> {
            Claim claim = claim(handle, client, key, bodyMac, order);
            boolean begun = claim.scanId().equals(order.scanId());
            if (begun || (claim.sameBody() && !claim.published() && !claim.counted())) {
                admission.accept(handle, claim);
                if (!claim.counted()) {
                    count(handle, client, key, claim.scanId(), true);
                }
            }
            return claim;
        });
    }

    private static Claim claim(
            Handle handle, String client, IdempotencyKey key, byte[] bodyMac, Order order) {
        while (true) {
            Optional<Claim> claim =
                    ask(handle, CLAIM, client, key, bodyMac, order)
                            .or(() -> ask(handle, FIND, client, key, bodyMac, order));
            // Neither when it was swept between the two.
            if (claim.isPresent()) {
                return claim.get();
            }
        }
    }

    private static Optional<Claim> ask(
            Handle handle,
            String sql,
            String client,
            IdempotencyKey key,
            byte[] bodyMac,
            Order order) {
        return handle.createQuery(sql)
                .bind("client", client)
                .bind("keyHash", key.hash())
                .bind("bodyMac", bodyMac)
                .bind("scanId", order.scanId())
                .bind("requestId", order.requestId())
                .bind("scans", order.scans())
                .map((row, _) ->
                        new Claim(
                                row.getString("scan_id"),
                                row.getString("request_id"),
                                Arrays.equals(row.getBytes("body_mac"), bodyMac),
                                row.getBoolean("published"),
                                row.getBoolean("counted"),
                                row.getInt("scans")))
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

    /**
     * The key's scan could not be put on its topic and no longer counts, unless another request has
     * put it there: who comes again is let in again.
     *
     * @param refund what follows, in the same transaction
     */
    void withdraw(String client, IdempotencyKey key, String scanId, Consumer<Handle> refund) {
        jdbi.useTransaction(handle -> {
            if (count(handle, client, key, scanId, false)) {
                refund.accept(handle);
            }
        });
    }

    private static boolean count(
            Handle handle, String client, IdempotencyKey key, String scanId, boolean counted) {
        return handle.createUpdate(COUNTED)
                        .bind("client", client)
                        .bind("keyHash", key.hash())
                        .bind("scanId", scanId)
                        .bind("counted", counted)
                        .execute()
                == 1;
    }
}
