package io.stepfree.gateway.schedules;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.stepfree.gateway.schema.GatewaySchema;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the alarms of schedules by db-scheduler: each at one gateway, wherever that is, and again
 * at another one when the first dies over it. Begins once the tables are there. Thread-safe.
 */
final class AlarmClock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AlarmClock.class);

    private static final String TABLE = "gateway.scheduled_tasks";
    private static final int THREADS = 4;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** After so many of them a gateway counts as dead. */
    private static final int MISSED_HEARTBEATS = 4;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final DataSource database;
    private final GatewaySchema schema;
    private final ScheduledRuns runs;
    private final ScheduleProperties properties;
    private final String instance;
    private volatile boolean closed;
    private volatile @Nullable Scheduler scheduler;
    private @Nullable Thread beginning;

    /**
     * @param instance a name that no other gateway has
     */
    AlarmClock(
            DataSource database,
            GatewaySchema schema,
            ScheduledRuns runs,
            ScheduleProperties properties,
            String instance) {
        this.database = database;
        this.schema = schema;
        this.runs = runs;
        this.properties = properties;
        this.instance = instance;
    }

    /** Returns at once, also while the database is away. */
    void start() {
        beginning = Thread.ofVirtual().name("schedules").start(this::begin);
    }

    private void begin() {
        while (!closed) {
            try {
                schema.assure();
                Scheduler made = make();
                scheduler = made;
                made.start();
                return;
            } catch (RuntimeException e) {
                log.debug("schedules wait for the database: {}", e.toString());
            }
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Scheduler make() {
        return Scheduler.create(database, task())
                .tableName(TABLE)
                .schedulerName(new SchedulerName.Fixed(instance))
                .threads(THREADS)
                .pollingInterval(properties.poll())
                .pollUsingLockAndFetch(0.5, 1.0)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(STOP_LIMIT)
                // Told where it happened.
                .failureLogging(LogLevel.DEBUG, false)
                .build();
    }

    private CustomTask<Void> task() {
        return Tasks.custom(ScheduleStore.ALARM, Void.class)
                .onFailure(this::again)
                .onDeadExecutionRevive()
                .execute((alarm, _) -> {
                    Optional<Instant> next = runs.ring(UUID.fromString(alarm.getId()));
                    return (complete, operations) ->
                            next.ifPresentOrElse(
                                    time -> operations.reschedule(complete, time),
                                    operations::remove);
                });
    }

    private void again(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        int failures = Math.min(complete.getExecution().consecutiveFailures, 16);
        Duration wait = properties.retryDelay().multipliedBy(1L << failures);
        if (wait.compareTo(ScheduleProperties.LONGEST_RETRY_DELAY) > 0) {
            wait = ScheduleProperties.LONGEST_RETRY_DELAY;
        }
        operations.reschedule(complete, complete.getTimeDone().plus(wait));
    }

    /** Begins nothing more, and waits for what is under way. */
    @Override
    public void close() {
        closed = true;
        Thread starting = beginning;
        if (starting != null) {
            starting.interrupt();
            try {
                starting.join(STOP_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        Scheduler running = scheduler;
        if (running != null) {
            running.stop();
        }
    }
}
