package io.stepfree.gateway.access;

import io.stepfree.platform.database.SqlStates;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Reads for one client. Behind the condition that each statement has stands a second wall: what is
 * read so is read in a role to which PostgreSQL shows the rows of that client only, so that a
 * statement that forgot the condition shows nothing of others. Thread-safe; throws as {@link Jdbi}
 * does.
 */
public final class ClientDatabase {

    /* For this transaction alone, so that it does not go on with the connection to somebody else. */
    private static final String BECOME =
            """
            SELECT set_config('role', 'stepfree_client', true) AS role, set_config('stepfree.client', :client, true) AS client
            """;

    /* invalid_parameter_value, which is what PostgreSQL says of it here. */
    private static final String NO_SUCH_ROLE = "22023";

    private final Jdbi jdbi;

    public ClientDatabase(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What the question finds among what is of this client. */
    public <T, X extends Exception> T read(String client, HandleCallback<T, X> question) throws X {
        return jdbi.inTransaction(handle -> {
            become(handle, client);
            return question.withHandle(handle);
        });
    }

    private static void become(Handle handle, String client) {
        try {
            handle.createQuery(BECOME).bind("client", client).mapToMap().one();
        } catch (JdbiException e) {
            // The role is made with the tables that it may read; without it there are none yet.
            if (SqlStates.of(e).filter(NO_SUCH_ROLE::equals).isPresent()) {
                throw new ConnectionException(e);
            }
            throw e;
        }
    }
}
