package io.stepfree.gateway.reports;

import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import java.security.SecureRandom;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The keys that links to reports are signed with, one for each client, in PostgreSQL. They are
 * looked up for each link, so that all of a client end at once, at every gateway, when its key
 * goes. Thread-safe; throws JdbiException when the database does not answer, and
 * BreakerOpenException while it is not asked.
 */
final class LinkKeys {

    private static final int BYTES = 32;

    /* When two gateways make one at once, the second waits for the first and then finds its key. */
    private static final String MAKE =
            "INSERT INTO gateway.link_key (client, key) VALUES (:client, :key) ON CONFLICT (client) DO NOTHING";

    private static final String FIND = "SELECT key FROM gateway.link_key WHERE client = :client";

    private static final String DELETE = "DELETE FROM gateway.link_key WHERE client = :client";

    private static final String THOSE_OF =
            " FROM gateway.link_key WHERE client = :client AND made_at <= :moment";

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final SecureRandom random = new SecureRandom();

    LinkKeys(Jdbi jdbi, GatewaySchema schema) {
        this.jdbi = jdbi;
        this.schema = schema;
    }

    /** That of a client. */
    static ErasableStore erasable() {
        return new ErasableTable("linkKeys", "DELETE" + THOSE_OF, "SELECT count(*)" + THOSE_OF);
    }

    /** The key of a client, made when it has none. */
    byte[] findOrMake(String client) {
        schema.assure();
        return find(client).orElseGet(() -> make(client));
    }

    private byte[] make(String client) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        // In one transaction, so that nobody takes it in between.
        return jdbi.inTransaction(handle -> {
            handle.createUpdate(MAKE).bind("client", client).bind("key", key).execute();
            return handle.createQuery(FIND).bind("client", client).mapTo(byte[].class).one();
        });
    }

    /** The key of a client; empty when it has none. */
    Optional<byte[]> find(String client) {
        schema.assure();
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND).bind("client", client).mapTo(byte[].class).findOne());
    }

    /** Ends all links of a client. */
    void forget(String client) {
        schema.assure();
        jdbi.useHandle(handle -> handle.createUpdate(DELETE).bind("client", client).execute());
    }
}
