package io.stepfree.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.stepfree.platform.fixture.TestDatabase;
import java.util.List;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real database, in which a table is walled as those of the services are. */
final class ClientDatabaseTest {

    private static TestDatabase database;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
        jdbi = database.jdbi();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void wall() {
        jdbi.useHandle(handle ->
                handle.createScript(
                                """
                                DROP TABLE IF EXISTS scans;
                                DROP ROLE IF EXISTS stepfree_client;
                                CREATE ROLE stepfree_client NOLOGIN;
                                CREATE TABLE scans (id int, client text);
                                INSERT INTO scans VALUES (1, 'acme'), (2, 'other'), (3, NULL);
                                ALTER TABLE scans ENABLE ROW LEVEL SECURITY;
                                CREATE POLICY of_one_client ON scans FOR SELECT TO stepfree_client
                                    USING (client = current_setting('stepfree.client', true));
                                GRANT SELECT ON scans TO stepfree_client;
                                """)
                        .execute());
    }

    @Test
    void aQuestionThatForgetsToAskForTheClientFindsOnlyWhatIsTheirs() {
        assertThat(ids("acme")).containsExactly(1);
        assertThat(ids("other")).containsExactly(2);
        assertThat(ids("nobody")).isEmpty();
        assertThat(ids("' OR true --")).isEmpty();
    }

    @Test
    void nothingCanBeWritten() {
        var clients = new ClientDatabase(jdbi);

        assertThatThrownBy(
                        () -> clients.read("acme", handle -> handle.execute("DELETE FROM scans")))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("permission denied");
    }

    @Test
    void theConnectionGoesOnAsWhoItWas() {
        var config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setMaximumPoolSize(1);
        try (var pool = new HikariDataSource(config)) {
            Jdbi pooled = Jdbi.create(pool);
            assertThatThrownBy(() ->
                            new ClientDatabase(pooled)
                                    .read("acme", handle -> handle.execute("SELECT 1 / 0")))
                    .hasMessageContaining("division by zero");

            String role =
                    pooled.withHandle(handle ->
                            handle.createQuery(
                                            "SELECT current_user || ' ' || coalesce(current_setting('stepfree.client', true), '')")
                                    .mapTo(String.class)
                                    .one());
            assertThat(role).isEqualTo(database.user() + " ");
        }
    }

    @Test
    void withoutTheRoleTheTablesAreNotThereYet() {
        jdbi.useHandle(handle ->
                handle.createScript("DROP TABLE scans; DROP ROLE stepfree_client").execute());

        assertThatThrownBy(() -> ids("acme")).isInstanceOf(ConnectionException.class);
    }

    private static List<Integer> ids(String client) {
        return new ClientDatabase(jdbi)
                .read(
                        client,
                        handle ->
                                handle.createQuery("SELECT id FROM scans ORDER BY id")
                                        .mapTo(Integer.class)
                                        .list());
    }
}
