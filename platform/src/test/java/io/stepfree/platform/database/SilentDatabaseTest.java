package io.stepfree.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.breaker.BreakerProperties;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.kafka.Cable;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

final class SilentDatabaseTest {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    private static TestDatabase database;

    private final DatabaseConfiguration configuration = new DatabaseConfiguration();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anAnswerThatDoesNotComeIsAnOutageAndTheNextConnectionAFreshOne() throws Exception {
        URI address = URI.create(database.url().replace("jdbc:postgresql:", "http:"));
        try (var cable = Cable.to(address);
                HikariDataSource pool =
                        dataSource(
                                "jdbc:postgresql://127.0.0.1:%d/postgres"
                                        .formatted(cable.address().getPort()))) {
            try (Connection connection = pool.getConnection()) {
                assertThat(one(connection)).isEqualTo(1);
                cable.silence();
                assertThat(SqlStates.tellOutage(catchThrowable(() -> one(connection)))).isTrue();
            }
            cable.mend();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> {
                        try (Connection connection = pool.getConnection()) {
                            return one(connection) == 1;
                        }
                    });
        }
    }

    @Test
    void whatIsDoneToTheSchemaAtAStartMayTakeLonger() {
        beans.addBean("migration", new SchemaMigration("slow"));
        try (HikariDataSource pool = dataSource(database.url())) {
            Jdbi jdbi =
                    configuration.jdbi(
                            pool,
                            new DirectMigration(properties(database.url())),
                            beans.getBeanProvider(SchemaMigration.class),
                            new Breakers(
                                    new BreakerProperties(
                                            true, 5, Duration.ofSeconds(30), 2, Map.of()),
                                    meters,
                                    Clock.systemUTC()));
            assertThat(
                            jdbi.<Integer, RuntimeException>withHandle(handle ->
                                    handle.createQuery("SELECT count(*) FROM slow.done")
                                            .mapTo(Integer.class)
                                            .one()))
                    .isZero();
        }
    }

    private HikariDataSource dataSource(String url) {
        return configuration.dataSource(properties(url), meters);
    }

    private static DatabaseProperties properties(String url) {
        return new DatabaseProperties(
                url,
                "",
                database.user(),
                database.password(),
                2,
                2,
                Duration.ofSeconds(30),
                Duration.ZERO,
                Duration.ofSeconds(2),
                ANSWER_TIMEOUT);
    }

    private static int one(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT 1")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
