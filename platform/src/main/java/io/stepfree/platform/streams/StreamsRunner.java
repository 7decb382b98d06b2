package io.stepfree.platform.streams;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs one topology with its service. A stream thread that fails is replaced and goes on from the
 * last committed transaction, so a failure costs time, never a record.
 *
 * <p>When the wall clock is set back, everything is begun anew: what Kafka Streams does by that
 * clock, such as looking for retries that are due, would stand still until it has caught up.
 */
public final class StreamsRunner implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);
    private static final Duration PAUSE_BEFORE_REPLACING = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration LOOK_AT_CLOCK = Duration.ofSeconds(1);
    private static final Duration TOLERATED_STEP = Duration.ofSeconds(5);

    private final String applicationId;
    private final Topology topology;
    private final StreamsSettings settings;
    private final Map<String, ?> further;
    private final InstantSource wallClock;
    private volatile @Nullable KafkaStreams streams;
    private volatile @Nullable ScheduledExecutorService clockWatch;
    private volatile boolean restarting;

    public StreamsRunner(String applicationId, Topology topology, StreamsSettings settings) {
        this(applicationId, topology, settings, Map.of());
    }

    /**
     * @param further settings of Kafka Streams of this one topology
     */
    public StreamsRunner(
            String applicationId,
            Topology topology,
            StreamsSettings settings,
            Map<String, ?> further) {
        this(applicationId, topology, settings, further, InstantSource.system());
    }

    /**
     * @param wallClock the clock that may be set back
     */
    StreamsRunner(
            String applicationId,
            Topology topology,
            StreamsSettings settings,
            Map<String, ?> further,
            InstantSource wallClock) {
        this.applicationId = applicationId;
        this.topology = topology;
        this.settings = settings;
        this.further = Map.copyOf(further);
        this.wallClock = wallClock;
    }

    @Override
    public synchronized void start() {
        startStreams();
        var clock = new ClockWatch(wallClock, System::nanoTime, TOLERATED_STEP);
        ScheduledExecutorService watch =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name(applicationId + "-clock").factory());
        clockWatch = watch;
        var _ =
                watch.scheduleWithFixedDelay(
                        () -> clock.look().ifPresent(this::beginAnew),
                        LOOK_AT_CLOCK.toMillis(),
                        LOOK_AT_CLOCK.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void startStreams() {
        var all = settings.of(applicationId);
        all.putAll(further);
        var started = new KafkaStreams(topology, new StreamsConfig(all));
        started.setUncaughtExceptionHandler(this::replaceThread);
        started.setStateListener(
                (now, before) -> log.info("{} is {} (was {})", applicationId, now, before));
        started.start();
        streams = started;
    }

    private void beginAnew(Duration back) {
        log.warn("the clock was set back by {}: {} begins anew", back, applicationId);
        while (!Thread.currentThread().isInterrupted()) {
            try {
                restart();
                return;
            } catch (RuntimeException e) {
                log.warn(
                        "{} could not begin anew and will try again: {}",
                        applicationId,
                        e.toString());
                log.debug("the whole failure", e);
                pause();
            }
        }
    }

    /** Stops and starts it, unless it was stopped; may take half a minute. */
    synchronized void restart() {
        if (clockWatch == null) {
            return;
        }
        restarting = true;
        try {
            stopStreams();
            startStreams();
        } finally {
            restarting = false;
        }
    }

    @Override
    public synchronized void stop() {
        ScheduledExecutorService watch = clockWatch;
        if (watch != null) {
            watch.shutdownNow();
            clockWatch = null;
        }
        stopStreams();
    }

    private void stopStreams() {
        KafkaStreams running = streams;
        if (running != null) {
            // Others take over at once, not only when the session of this one has run out.
            running.close(
                    CloseOptions.timeout(CLOSE_TIMEOUT)
                            .withGroupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            streams = null;
        }
    }

    @Override
    public boolean isRunning() {
        return clockWatch != null;
    }

    /**
     * Whether records are being processed now, as opposed to starting, restoring or waiting for the
     * broker.
     */
    public boolean processing() {
        return state() == KafkaStreams.State.RUNNING;
    }

    /** How the topology stands; not running while there is none. */
    KafkaStreams.State state() {
        KafkaStreams now = streams;
        return now == null ? KafkaStreams.State.NOT_RUNNING : now.state();
    }

    /** Whether it has stopped although nobody has asked it to. */
    boolean hasStopped() {
        return isRunning()
                && !restarting
                && switch (state()) {
                    case ERROR, NOT_RUNNING -> true;
                    case CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN, PENDING_ERROR -> false;
                };
    }

    private StreamThreadExceptionResponse replaceThread(Throwable failure) {
        log.warn("a thread of {} is replaced after {}", applicationId, failure.toString());
        log.debug("the whole failure", failure);
        pause();
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_BEFORE_REPLACING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
