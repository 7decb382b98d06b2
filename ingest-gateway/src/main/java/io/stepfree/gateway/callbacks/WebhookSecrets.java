package io.stepfree.gateway.callbacks;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.scan.SealedSecrets;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * The secrets that callbacks are signed with (Standard Webhooks): two of a client live at once, so
 * that a receiver can go over from one to the next. They are kept sealed, because they have to be
 * usable. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
public final class WebhookSecrets {

    /** The one in use and the one in its place. */
    static final int LIVE_AT_ONCE = 2;

    private static final String BEGINNING = "whsec_";
    private static final int BYTES = 32;

    private static final String INSERT =
            """
            INSERT INTO gateway.webhook_secrets (id, client, sealed, sealed_key, made_by)
            VALUES (:id, :client, :sealed, :sealedKey, :madeBy)
            RETURNING id::text AS id, made_by, made_at
            """;

    private static final String END_OLDER =
            """
            DELETE FROM gateway.webhook_secrets
             WHERE client = :client
               AND id NOT IN (SELECT id FROM gateway.webhook_secrets WHERE client = :client
                               ORDER BY made_at DESC, id DESC LIMIT :live)
            """;

    /* Two that are made at once wait for each other, or three could live. */
    private static final String ONE_AT_A_TIME =
            "SELECT pg_advisory_xact_lock(hashtext('webhook-secret'), hashtext(:client))";

    private static final String LIVE =
            """
            SELECT id::text AS id, sealed, sealed_key FROM gateway.webhook_secrets
             WHERE client = :client ORDER BY made_at DESC, id DESC
            """;

    private static final String LIST =
            """
            SELECT id::text AS id, made_by, made_at FROM gateway.webhook_secrets
             WHERE client = :client ORDER BY made_at DESC, id DESC
            """;

    private static final String HAS =
            "SELECT EXISTS (SELECT FROM gateway.webhook_secrets WHERE client = :client)";

    private static final String DELETE =
            "DELETE FROM gateway.webhook_secrets WHERE client = :client AND id = :id";

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final SecretSealer sealer;
    private final ClientDatabase clients;
    private final SecureRandom random = new SecureRandom();

    /**
     * A secret as clients see it; the components are the JSON fields. The secret itself is not
     * among them.
     *
     * @param id what it is ended by
     * @param madeBy whose key made it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Known(String id, String madeBy, Instant madeAt) {}

    /** A new one, with the secret itself. */
    record Made(String secret, Known known) {
        /** For logs, which the secret itself is not for. */
        @Override
        public String toString() {
            return "Made[%s]".formatted(known.id());
        }
    }

    public WebhookSecrets(Jdbi jdbi, GatewaySchema schema, SecretSealer sealer) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.sealer = sealer;
        this.clients = new ClientDatabase(jdbi);
    }

    /** Those of a client. */
    public static ErasableStore erasable() {
        String those =
                " FROM gateway.webhook_secrets WHERE client = :client AND made_at <= :moment";
        return new ErasableTable("webhookSecrets", "DELETE" + those, "SELECT count(*)" + those);
    }

    /**
     * A new one; of those before it only the newest lives on.
     *
     * @throws ProblemException when there is no key to seal it with
     */
    Made make(Caller caller) {
        if (!sealer.canSeal()) {
            throw new ProblemException(
                    ProblemType.SECRETS_NOT_CONFIGURED,
                    "The secret that callbacks are signed with is kept encrypted, and stepfree.secrets.keys has no key for that; have it set.");
        }
        schema.assure();
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String secret = BEGINNING + Base64.getEncoder().encodeToString(bytes);
        UUID id = UUID.randomUUID();
        SealedSecrets sealed = sealer.sealText(secret, subject(id.toString()));
        byte[] kept = new byte[sealed.getSealed().remaining()];
        sealed.getSealed().duplicate().get(kept);
        return jdbi.inTransaction(handle -> {
            handle.createQuery(ONE_AT_A_TIME).bind("client", caller.client()).mapToMap().list();
            Known known =
                    handle.createQuery(INSERT)
                            .bind("id", id)
                            .bind("client", caller.client())
                            .bind("sealed", kept)
                            .bind("sealedKey", sealed.getKey())
                            .bind("madeBy", caller.name())
                            .map((row, _) -> known(row))
                            .one();
            handle.createUpdate(END_OLDER)
                    .bind("client", caller.client())
                    .bind("live", LIVE_AT_ONCE)
                    .execute();
            return new Made(secret, known);
        });
    }

    /** Whether a client has one. */
    boolean has(String client) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(HAS).bind("client", client).mapTo(Boolean.class).one());
    }

    /**
     * Those of a client that live, the newest first.
     *
     * @throws io.stepfree.platform.secret.SecretsUnreadableException when they were sealed with a
     *     key that is not known here
     */
    public List<String> live(String client) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(LIVE)
                        .bind("client", client)
                        .map((row, _) ->
                                sealer.openText(
                                        SealedSecrets.newBuilder()
                                                .setKey(row.getString("sealed_key"))
                                                .setSealed(ByteBuffer.wrap(row.getBytes("sealed")))
                                                .build(),
                                        subject(row.getString("id"))))
                        .list());
    }

    List<Known> list(String client) {
        schema.assure();
        return clients.read(
                client,
                handle ->
                        handle.createQuery(LIST)
                                .bind("client", client)
                                .map((row, _) -> known(row))
                                .list());
    }

    /** Ends one for good; false when the client has none of this id. */
    boolean end(String client, UUID id) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createUpdate(DELETE).bind("client", client).bind("id", id).execute() == 1);
    }

    private static String subject(String id) {
        return "webhook-secret " + id;
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(
                row.getString("id"),
                row.getString("made_by"),
                row.getObject("made_at", OffsetDateTime.class).toInstant());
    }
}
