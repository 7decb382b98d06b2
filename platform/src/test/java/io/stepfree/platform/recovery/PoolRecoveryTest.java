package io.stepfree.platform.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.health.PoolProbe;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PoolRecoveryTest {

    @Test
    void aPoolThatStaysExhaustedForThreeLooksIsEmptied() throws Exception {
        try (var database = TestDatabase.start();
                HikariDataSource pool = pool(database)) {
            var probe = new PoolProbe(pool);
            var recovery = new PoolRecovery(pool, probe);
            Connection leaked = pool.getConnection();
            assertThat(recovery.isNeeded()).as("nobody waits").isFalse();

            Thread waits = Thread.ofVirtual().start(() -> borrow(pool));
            await().atMost(Duration.ofSeconds(30)).until(() -> probe.pool().waiting() == 1);
            assertThat(recovery.isNeeded()).as("the first look").isFalse();
            assertThat(recovery.isNeeded()).as("the second").isFalse();
            assertThat(recovery.isNeeded()).as("the third").isTrue();
            assertThat(recovery.isNeeded()).as("as long as nothing is done").isTrue();

            assertThat(recovery.recover())
                    .isEqualTo(
                            "1 database connections were closed, or will be once they are given back.");
            assertThat(recovery.isNeeded()).as("it gets time to help").isFalse();

            leaked.close();
            waits.join();
            assertThat(recovery.isNeeded()).isFalse();
        }
    }

    private static HikariDataSource pool(TestDatabase database) {
        var config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(Duration.ofMinutes(2).toMillis());
        return new HikariDataSource(config);
    }

    private static void borrow(HikariDataSource pool) {
        try {
            pool.getConnection().close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
