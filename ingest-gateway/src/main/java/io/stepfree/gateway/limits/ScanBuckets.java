package io.stepfree.gateway.limits;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketExceptions.BucketExecutionException;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TimeoutException;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.jdbc.CustomColumnProvider;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.schema.HourlySweep;
import io.stepfree.platform.database.SqlStates;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Counts each client's scans in PostgreSQL, so that a limit holds exactly across gateways and
 * restarts. A client's hour begins with the first scan of it; when it is over, all scans of the
 * plan are there again. A limit that is changed holds from a client's next hour on. Thread-safe;
 * throws JdbiException when the database does not answer, and BreakerOpenException while it is not
 * asked.
 */
public final class ScanBuckets {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final ScopedValue<Turn> TURN = ScopedValue.newInstance();

    /* The next scan begins an hour of its own, and not one that would have begun without it. */
    private static final String END_HOUR =
            "DELETE FROM gateway.rate_limits WHERE id = :id AND full_at <= :now";

    private static final String IS_COUNTED =
            "SELECT count(*) FROM gateway.rate_limits WHERE id = :id AND full_at > :now";

    private static final String LOCK_HOUR =
            "SELECT full_at FROM gateway.rate_limits WHERE id = :id AND full_at = :fullAt FOR UPDATE";

    private static final String NEWEST =
            """
            SELECT id FROM gateway.rate_limits
             WHERE id = ANY(:ids) AND full_at > :now
             ORDER BY full_at DESC
             LIMIT 1
            """;

    /* A day later, so that a clock that is set right takes nobody's hour away. */
    private static final String SWEEP =
            """
            DELETE FROM gateway.rate_limits
             WHERE id IN (SELECT id FROM gateway.rate_limits
                           WHERE full_at < (extract(epoch FROM now() - interval '1 day') * 1000)::bigint
                           LIMIT %d FOR UPDATE SKIP LOCKED)
            """
                    .formatted(HourlySweep.AT_ONCE);

    private final Jdbi jdbi;
    private final GatewaySchema schema;
    private final LimitClock clock;
    private final ProxyManager<String> buckets;
    private final HourlySweep sweep;

    /**
     * How an attempt to take one ended.
     *
     * @param granted whether it was taken
     * @param standing how the client stands now
     */
    record Take(boolean granted, Standing standing) {}

    /** Keeps in a column of its own when the hour is over. */
    private static final class FullAt implements CustomColumnProvider<String> {
        @Override
        public void setCustomField(
                String id,
                int index,
                PreparedStatement statement,
                RemoteBucketState state,
                long nowNanos)
                throws SQLException {
            statement.setLong(
                    index,
                    TimeUnit.NANOSECONDS.toMillis(
                            nowNanos + state.calculateFullRefillingTime(nowNanos)));
        }

        @Override
        public String getCustomFieldName() {
            return "full_at";
        }
    }

    private static final class TurnTime implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(TURN.get().now().toEpochMilli());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    /**
     * @param patience how long one statement may take
     */
    public ScanBuckets(Jdbi jdbi, GatewaySchema schema, LimitClock clock, Duration patience) {
        this.jdbi = jdbi;
        this.schema = schema;
        this.clock = clock;
        this.sweep = new HourlySweep(jdbi, SWEEP);
        this.buckets =
                Bucket4jPostgreSQL.selectForUpdateBasedBuilder(JoinedTransaction.source(TURN))
                        .primaryKeyMapper(PrimaryKeyMapper.STRING)
                        .table("gateway.rate_limits")
                        .idColumn("id")
                        .stateColumn("state")
                        .addCustomColumn(new FullAt())
                        .clientClock(new TurnTime())
                        .requestTimeout(patience)
                        .build();
    }

    /** Does something that is to be done as a whole. */
    void inTransaction(Consumer<Handle> work) {
        schema.assure();
        jdbi.useTransaction(work::accept);
    }

    /**
     * Takes so many scans, if so many are left; the row of the client is locked until the
     * transaction ends.
     */
    Take take(Handle handle, String client, Plan plan, long scans) {
        sweep.nowAndThen();
        Instant now = now(handle);
        String id = id(client, plan);
        handle.createUpdate(END_HOUR).bind("id", id).bind("now", now.toEpochMilli()).execute();
        return call(
                handle,
                now,
                id,
                plan,
                bucket -> {
                    VerboseResult<ConsumptionProbe> result =
                            bucket.asVerbose().tryConsumeAndReturnRemaining(scans);
                    return new Take(
                            result.getValue().isConsumed(),
                            standing(plan, now, result, result.getValue().getRemainingTokens()));
                });
    }

    /** Gives so many back, unless the hour that they were taken from is over. */
    void giveBack(Handle handle, String client, Plan plan, Standing taken, long scans) {
        String id = id(client, plan);
        boolean sameHour =
                handle.createQuery(LOCK_HOUR)
                        .bind("id", id)
                        .bind("fullAt", taken.fullAt().toEpochMilli())
                        .mapTo(Long.class)
                        .findOne()
                        .isPresent();
        Instant now = now(handle);
        if (sameHour && now.isBefore(taken.fullAt())) {
            call(handle, now, id, plan, bucket -> bucket.asVerbose().addTokens(scans));
        }
    }

    /** How a client stands, without taking anything. */
    Standing look(String client, Plan plan) {
        schema.assure();
        return jdbi.inTransaction(handle -> look(handle, id(client, plan), plan));
    }

    /** How a client stands with that of these plans by which it began its last hour. */
    public Optional<Standing> look(String client, List<Plan> plans) {
        schema.assure();
        return jdbi.inTransaction(handle ->
                handle.createQuery(NEWEST)
                        .bindArray(
                                "ids",
                                String.class,
                                plans.stream().map(plan -> id(client, plan)).toList())
                        .bind("now", now(handle).toEpochMilli())
                        .mapTo(String.class)
                        .findOne()
                        .flatMap(id ->
                                plans.stream()
                                        .filter(plan -> id(client, plan).equals(id))
                                        .findFirst()
                                        .map(plan -> look(handle, id, plan))));
    }

    private Standing look(Handle handle, String id, Plan plan) {
        Instant now = now(handle);
        boolean counted =
                handle.createQuery(IS_COUNTED)
                                .bind("id", id)
                                .bind("now", now.toEpochMilli())
                                .mapTo(Integer.class)
                                .one()
                        > 0;
        if (!counted) {
            long limit = limit(plan);
            return new Standing(plan.name(), limit, limit, now, now);
        }
        return call(
                handle,
                now,
                id,
                plan,
                bucket -> {
                    VerboseResult<Long> result = bucket.asVerbose().getAvailableTokens();
                    return standing(plan, now, result, result.getValue());
                });
    }

    private static Standing standing(
            Plan plan, Instant now, VerboseResult<?> result, long remaining) {
        return new Standing(
                plan.name(),
                result.getConfiguration().getBandwidths()[0].getCapacity(),
                Math.max(0, remaining),
                now,
                now.plusNanos(result.getDiagnostics().calculateFullRefillingTime()));
    }

    private <T> T call(
            Handle handle, Instant now, String id, Plan plan, Function<BucketProxy, T> work) {
        var turn = new Turn(JoinedTransaction.of(handle.getConnection()), now);
        try {
            return ScopedValue.where(TURN, turn)
                    .call(() -> work.apply(buckets.getProxy(id, () -> configuration(plan))));
        } catch (TimeoutException e) {
            throw new ConnectionException(e);
        } catch (BucketExecutionException e) {
            if (SqlStates.tellOutage(e)) {
                throw new ConnectionException(e);
            }
            throw e;
        }
    }

    private static BucketConfiguration configuration(Plan plan) {
        long limit = limit(plan);
        return BucketConfiguration.builder()
                .addLimit(hour -> hour.capacity(limit).refillIntervally(limit, HOUR))
                .build();
    }

    private static long limit(Plan plan) {
        return Objects.requireNonNull(plan.scansPerHour(), "only limits are counted");
    }

    private Instant now(Handle handle) {
        return clock.now(handle).truncatedTo(ChronoUnit.MILLIS);
    }

    private static String id(String client, Plan plan) {
        return plan.name() + "/" + client;
    }
}
