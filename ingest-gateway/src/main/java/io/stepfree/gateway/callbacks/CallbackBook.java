package io.stepfree.gateway.callbacks;

import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.admission.Callback;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.schema.HourlySweep;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in PostgreSQL who is to be told of the end of a scan or batch. It is written before the
 * scan is published, so that no end comes before it, and a scan whose callback cannot be written is
 * not published. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
public final class CallbackBook {

    private static final String SCAN = "scan";
    private static final String BATCH = "batch";

    private static final Logger log = LoggerFactory.getLogger(CallbackBook.class);

    /* Sent again, a submission is the same. */
    private static final String REMEMBER =
            """
            INSERT INTO gateway.callbacks (subject, id, seed, client, url, scans)
            VALUES (:subject, :id, :seed, :client, :url, :scans)
                ON CONFLICT DO NOTHING
            """;

    private static final String FORGET =
            "DELETE FROM gateway.callbacks WHERE subject = 'batch' AND id = :id AND seed = :seed";

    private static final String AMEND =
            "UPDATE gateway.callbacks SET scans = :scans WHERE subject = 'batch' AND id = :id AND seed = :seed";

    private static final String OF_SCANS =
            """
            SELECT id, client, url, scans, made_at
              FROM gateway.callbacks
             WHERE subject = 'scan' AND id = ANY (CAST(:ids AS text[]))
            """;

    private static final String OF_BATCH =
            """
            SELECT id, client, url, sum(scans) OVER (PARTITION BY id) AS scans, made_at
              FROM gateway.callbacks
             WHERE subject = 'batch' AND id = ANY (CAST(:ids AS text[]))
            """;

    /* A batch is remembered for as long by the scheduler. */
    private static final String SWEEP =
            """
            DELETE FROM gateway.callbacks
             WHERE ctid IN (SELECT ctid FROM gateway.callbacks
                             WHERE made_at < now() - interval '45 days'
                             LIMIT %d FOR UPDATE SKIP LOCKED)
            """
                    .formatted(HourlySweep.AT_ONCE);

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final WebhookSecrets secrets;
    private final HourlySweep sweep;

    /**
     * Somebody who is to be told.
     *
     * @param client whose scan or batch it is
     * @param url where
     * @param scans how many scans have to be accepted before a batch can be said to have ended
     * @param madeAt when it was said
     */
    public record Wish(String client, String url, long scans, Instant madeAt) {}

    public CallbackBook(Jdbi jdbi, GatewaySchema schema, WebhookSecrets secrets) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.secrets = secrets;
        this.sweep = new HourlySweep(jdbi, SWEEP);
    }

    /** Those of a client. */
    public static ErasableStore erasable() {
        String those = " FROM gateway.callbacks WHERE client = :client AND made_at <= :moment";
        return new ErasableTable(
                "callbacks",
                "DELETE FROM gateway.callbacks WHERE ctid IN (SELECT ctid%s LIMIT %d)"
                        .formatted(those, HourlySweep.AT_ONCE),
                "SELECT count(*)" + those);
    }

    /**
     * Returns when the client can be told so that it knows by whom.
     *
     * @param callback null when nobody is to be told
     * @throws ProblemException when there is nothing to sign with
     */
    public void requireSigned(String client, @Nullable Callback callback) {
        if (callback != null && !secrets.has(client)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "A callback is signed, and client %s has no secret for that. Nothing was accepted; make one by POST %s first."
                            .formatted(client, WebhookSecretsController.SECRET));
        }
    }

    /** From here on the end of that scan is to be told, if there is somebody to tell. */
    public void rememberScan(String client, String scanId, @Nullable Callback callback) {
        remember(SCAN, scanId, UUID.fromString(scanId), client, 1, callback);
    }

    /**
     * The same for a batch.
     *
     * @param batch as the client calls it
     * @param seed the same when the same submission comes again
     * @param scans how many the submission has
     */
    public void rememberBatch(
            String client, String batch, UUID seed, int scans, @Nullable Callback callback) {
        String id = Objects.requireNonNull(BatchIds.ofClient(client, batch));
        remember(BATCH, id, seed, client, scans, callback);
    }

    /**
     * Says how many scans of a submission there are after all; of none there is nobody to tell.
     * Where that cannot be noted now, the end of the batch is not told.
     */
    public void amendBatch(String client, String batch, UUID seed, int scans) {
        String id = Objects.requireNonNull(BatchIds.ofClient(client, batch));
        try {
            jdbi.useHandle(handle -> {
                var update =
                        scans == 0
                                ? handle.createUpdate(FORGET)
                                : handle.createUpdate(AMEND).bind("scans", scans);
                update.bind("id", id).bind("seed", seed).execute();
            });
        } catch (RuntimeException e) {
            log.warn(
                    "That only {} scans of a submission to {} were accepted is not noted, and its end will not be told: {}",
                    scans,
                    id,
                    e.toString());
        }
    }

    private void remember(
            String subject,
            String id,
            UUID seed,
            String client,
            int scans,
            @Nullable Callback callback) {
        if (callback == null) {
            return;
        }
        schema.assure();
        sweep.nowAndThen();
        jdbi.useHandle(handle ->
                handle.createUpdate(REMEMBER)
                        .bind("subject", subject)
                        .bind("id", id)
                        .bind("seed", seed)
                        .bind("client", client)
                        .bind("url", callback.url())
                        .bind("scans", scans)
                        .execute());
    }

    /** Who is to be told of the end of these scans, by scan. */
    public Map<String, List<Wish>> ofScans(Set<String> scanIds) {
        return find(OF_SCANS, scanIds);
    }

    /**
     * Who is to be told of the end of a batch.
     *
     * @param batchId as it goes through the pipeline
     */
    public List<Wish> ofBatch(String batchId) {
        return find(OF_BATCH, Set.of(batchId)).getOrDefault(batchId, List.of());
    }

    private Map<String, List<Wish>> find(String query, Set<String> ids) {
        var found = new HashMap<String, List<Wish>>();
        if (ids.isEmpty()) {
            return found;
        }
        schema.assure();
        jdbi.useHandle(handle ->
                handle.createQuery(query)
                        .bindArray("ids", String.class, ids)
                        .map((row, _) -> Map.entry(row.getString("id"), wish(row)))
                        .forEach(row ->
                                found.computeIfAbsent(row.getKey(), _ -> new ArrayList<>())
                                        .add(row.getValue())));
        return found;
    }

    private static Wish wish(ResultSet row) throws SQLException {
        return new Wish(
                row.getString("client"),
                row.getString("url"),
                row.getLong("scans"),
                row.getObject("made_at", OffsetDateTime.class).toInstant());
    }
}
