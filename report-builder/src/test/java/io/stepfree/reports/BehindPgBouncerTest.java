package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestPooler;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.SampleResults;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service where it does not have a session of the database to itself. */
class BehindPgBouncerTest {

    private static final int REPORTS = 30;

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "transaction, 20",
        // Each connection of the pool has one of the server for itself.
        "session, 2"
    })
    void reportsArePublishedOverConnectionsThatAreShared(String mode, int poolSize) {
        assumeTrue(TestPooler.isThere(), "there is no pgbouncer on this machine");
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start();
                var pooler = TestPooler.start(database, mode);
                var service =
                        ServiceApplication.run(
                                "report-builder",
                                ReportApplication.class,
                                ServiceArguments.of(
                                        kafka,
                                        TestRegistry.shared(),
                                        database,
                                        "--stepfree.database.url=" + pooler.url(),
                                        "--stepfree.database.pool-size=" + poolSize,
                                        "--stepfree.database.migration-url=" + database.url(),
                                        "--stepfree.reports.directory=" + directory))) {
            var publisher = service.getBean(RecordPublisher.class);
            for (int i = 0; i < REPORTS; i++) {
                String scan = "scan-" + UUID.randomUUID();
                publisher.publish(
                        Topics.SCAN_RESULTS,
                        "host-%d.example".formatted(i),
                        SampleResults.rich(scan, "request-" + i),
                        RequestId.create());
            }
            Jdbi direct = database.jdbi();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(
                                            count(
                                                    direct,
                                                    "SELECT count(*) FROM reports.report WHERE announced_at IS NOT NULL"))
                                    .isEqualTo(REPORTS));
            assertThat(
                            count(
                                    direct,
                                    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"))
                    .isBetween(1, TestPooler.CONNECTIONS);
        }
    }

    private static int count(Jdbi jdbi, String sql) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
    }
}
