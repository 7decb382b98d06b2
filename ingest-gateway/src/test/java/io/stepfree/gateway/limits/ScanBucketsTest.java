package io.stepfree.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.fixture.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The hours of clients, in a real database, by a clock that stands still until it is set. */
final class ScanBucketsTest {

    private static final Plan FIVE = new Plan("five", 5L, null);

    /** Long ahead, so that nothing is swept as long over. */
    private static final Instant NOON = Instant.parse("2100-01-01T12:00:00Z");

    private static TestDatabase database;
    private static Jdbi jdbi;
    private static GatewaySchema schema;

    private final String client = UUID.randomUUID().toString();
    private Instant now = NOON;
    private ScanBuckets buckets;

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
        var source = new PGSimpleDataSource();
        source.setUrl(database.url());
        source.setUser(database.user());
        source.setPassword(database.password());
        jdbi = Jdbi.create(source).installPlugin(new PostgresPlugin());
        schema = new GatewaySchema(jdbi, migration -> migration.runAtOnce(source));
        schema.assure();
    }

    @BeforeEach
    void begin() {
        buckets = new ScanBuckets(jdbi, schema, _ -> now, Duration.ofSeconds(5));
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void anHourBeginsWithItsFirstScan() {
        take(FIVE);
        now = NOON.plus(Duration.ofMinutes(59));
        assertThat(take(FIVE).standing())
                .isEqualTo(new Standing("five", 5, 3, now, NOON.plus(Duration.ofHours(1))));

        now = NOON.plus(Duration.ofMinutes(90));
        assertThat(take(FIVE).standing())
                .isEqualTo(new Standing("five", 5, 4, now, NOON.plus(Duration.ofMinutes(150))));
    }

    @Test
    void theHourIsOverAtItsVeryEndAndNotBefore() {
        useAll();
        now = NOON.plus(Duration.ofHours(1)).minusMillis(1);
        assertThat(take(FIVE).granted()).isFalse();
        assertThat(buckets.look(client, FIVE).secondsUntilFull()).isEqualTo(1);

        now = NOON.plus(Duration.ofHours(1));
        assertThat(take(FIVE).granted()).isTrue();
        assertThat(buckets.look(client, FIVE).remaining()).isEqualTo(4);
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        take(FIVE);
        Standing taken = take(FIVE).standing();

        giveBack(taken);

        assertThat(buckets.look(client, FIVE).remaining()).isEqualTo(4);
    }

    @Test
    void whoHasGivenBackAllBeginsAnHourWithTheNextScan() {
        giveBack(take(FIVE).standing());
        assertThat(buckets.look(client, FIVE)).isEqualTo(new Standing("five", 5, 5, now, now));

        now = NOON.plus(Duration.ofMinutes(10));
        assertThat(take(FIVE).standing().fullAt()).isEqualTo(now.plus(Duration.ofHours(1)));
    }

    @Test
    void whatWasTakenFromOneHourIsNotGivenBackToAnother() {
        Standing taken = take(FIVE).standing();
        now = NOON.plus(Duration.ofHours(1));
        take(FIVE);

        giveBack(taken);

        assertThat(buckets.look(client, FIVE).remaining()).isEqualTo(4);
    }

    @Test
    void whatIsTakenInATransactionThatFailsIsNotTaken() {
        take(FIVE);
        try (var handle = jdbi.open()) {
            handle.begin();
            assertThat(buckets.take(handle, client, FIVE, 1).granted()).isTrue();
            handle.rollback();
        }

        assertThat(buckets.look(client, FIVE).remaining()).isEqualTo(4);
    }

    @Test
    void aLimitThatIsChangedHoldsFromTheNextHourOn() {
        take(FIVE);
        var nine = new Plan("five", 9L, null);
        assertThat(take(nine).standing())
                .isEqualTo(new Standing("five", 5, 3, now, NOON.plus(Duration.ofHours(1))));

        now = NOON.plus(Duration.ofHours(1));
        assertThat(take(nine).standing().remaining()).isEqualTo(8);
    }

    @Test
    void lookingTakesNothingAndLeavesNothingBehind() {
        assertThat(buckets.look(client, FIVE)).isEqualTo(new Standing("five", 5, 5, now, now));
        assertThat(buckets.look(client, List.of(FIVE))).isEmpty();
        int rows =
                jdbi.withHandle(handle ->
                        handle.createQuery(
                                        "SELECT count(*) FROM gateway.rate_limits WHERE id LIKE :id")
                                .bind("id", "%" + client)
                                .mapTo(Integer.class)
                                .one());
        assertThat(rows).isZero();
    }

    @Test
    void ofSeveralPlansTheOneOfTheLastHourIsShown() {
        var old = new Plan("old", 2L, null);
        take(old);
        now = NOON.plus(Duration.ofMinutes(1));
        Standing taken = take(FIVE).standing();

        assertThat(buckets.look(client, List.of(old, FIVE))).isEqualTo(Optional.of(taken));
    }

    private void useAll() {
        for (int i = 0; i < 5; i++) {
            assertThat(take(FIVE).granted()).isTrue();
        }
    }

    private ScanBuckets.Take take(Plan plan) {
        return jdbi.inTransaction(handle -> buckets.take(handle, client, plan, 1));
    }

    private void giveBack(Standing taken) {
        jdbi.useTransaction(handle -> buckets.giveBack(handle, client, FIVE, taken, 1));
    }
}
