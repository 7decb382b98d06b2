package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.schemas.scan.BatchProgress;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of batches in a real database. */
final class BatchStoreTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private static TestDatabase database;
    private static Jdbi jdbi;

    private final String batch = "audit-" + UUID.randomUUID();
    private BatchStore store;

    private record Told(String client, long accepted, long waiting, long completed, Instant at) {}

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void open() {
        store = new BatchStore(jdbi);
    }

    @Test
    void theNewestWordOnAPartitionCounts() {
        store.keep(progress(2, 2, 0), START, 10);
        store.keep(progress(2, 1, 1), START.plusSeconds(1), 11);

        assertThat(told()).isEqualTo(new Told("local", 2, 1, 1, START.plusSeconds(1)));
    }

    @Test
    void anOlderWordThatComesAgainChangesNothing() {
        store.keep(progress(2, 1, 1), START.plusSeconds(1), 11);
        store.keep(progress(2, 2, 0), START, 10);
        store.keep(progress(2, 1, 1), START.plusSeconds(1), 11);

        assertThat(told()).isEqualTo(new Told("local", 2, 1, 1, START.plusSeconds(1)));
    }

    @Test
    void aLaterWordCountsAlsoWhenTheClockThatToldItWasSetBack() {
        store.keep(progress(2, 2, 0), START, 10);
        store.keep(progress(2, 0, 2), START.minusSeconds(60), 11);

        assertThat(told().completed()).isEqualTo(2);
    }

    @Test
    void whatASchedulerTellsAgainWhenItStartsIsNoNews() {
        store.keep(progress(2, 1, 1), START, 10);
        store.keep(progress(2, 0, 2), START.plusSeconds(60), 11);
        store.keep(progress(2, 0, 2), START.plusSeconds(1_800), 12);

        assertThat(told()).isEqualTo(new Told("local", 2, 0, 2, START.plusSeconds(60)));
        store.keep(progress(3, 1, 2), START.plusSeconds(1_860), 13);
        assertThat(told()).isEqualTo(new Told("local", 3, 1, 2, START.plusSeconds(1_860)));
    }

    @Test
    void aTopicThatWasMadeAnewBeginsAtItsFirstOffsetAndIsHeard() {
        store.keep(progress(2, 2, 0), START, 1_000);
        store.keep(progress(2, 0, 2), START.plusSeconds(60), 0);

        assertThat(told().completed()).isEqualTo(2);
    }

    @Test
    void figuresOfABatchThatWasForgottenDoNotOverwriteWhatIsKnown() {
        store.keep(progress(1_000, 0, 1_000), START, 10);
        store.keep(
                BatchProgress.newBuilder().setBatchId(batch).setClient("").build(),
                START.plusSeconds(60),
                11);
        store.keep(progress(1, 0, 1), START.plusSeconds(61), 12);

        assertThat(told()).isEqualTo(new Told("local", 1_000, 0, 1_000, START));
    }

    @Test
    void aNewBatchUnderAnOldNameIsShown() {
        store.keep(progress(1_000, 0, 1_000), START, 10);
        store.keep(progress(1, 1, 0), START.plusSeconds(60), 11);
        store.keep(progress(1, 0, 1), START.plusSeconds(61), 12);

        assertThat(told()).isEqualTo(new Told("local", 1, 0, 1, START.plusSeconds(61)));
    }

    private Told told() {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "SELECT client, accepted, waiting, completed, told_at FROM reports.batch_view WHERE batch_id = ?")
                        .bind(0, batch)
                        .map((row, _) ->
                                new Told(
                                        row.getString("client"),
                                        row.getLong("accepted"),
                                        row.getLong("waiting"),
                                        row.getLong("completed"),
                                        row.getTimestamp("told_at").toInstant()))
                        .one());
    }

    private BatchProgress progress(long accepted, long waiting, long completed) {
        return BatchProgress.newBuilder()
                .setBatchId(batch)
                .setClient("local")
                .setAccepted(accepted)
                .setWaiting(waiting)
                .setCompleted(completed)
                .build();
    }
}
