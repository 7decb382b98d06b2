package io.stepfree.platform.streams;

import java.time.Duration;
import java.util.Map;
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
 */
public final class StreamsRunner implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);
    private static final Duration PAUSE_BEFORE_REPLACING = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private final String applicationId;
    private final Topology topology;
    private final StreamsSettings settings;
    private final Map<String, ?> further;
    private @Nullable KafkaStreams streams;

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
        this.applicationId = applicationId;
        this.topology = topology;
        this.settings = settings;
        this.further = Map.copyOf(further);
    }

    @Override
    public synchronized void start() {
        var all = settings.of(applicationId);
        all.putAll(further);
        var started = new KafkaStreams(topology, new StreamsConfig(all));
        started.setUncaughtExceptionHandler(this::replaceThread);
        started.setStateListener(
                (now, before) -> log.info("{} is {} (was {})", applicationId, now, before));
        started.start();
        streams = started;
    }

    @Override
    public synchronized void stop() {
        if (streams != null) {
            // Others take over at once, not only when the session of this one has run out.
            streams.close(
                    CloseOptions.timeout(CLOSE_TIMEOUT)
                            .withGroupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            streams = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return streams != null;
    }

    /**
     * Whether records are being processed now, as opposed to starting, restoring or waiting for the
     * broker.
     */
    public synchronized boolean processing() {
        return streams != null && streams.state() == KafkaStreams.State.RUNNING;
    }

    private StreamThreadExceptionResponse replaceThread(Throwable failure) {
        log.warn("a thread of {} is replaced after {}", applicationId, failure.toString());
        log.debug("the whole failure", failure);
        try {
            Thread.sleep(PAUSE_BEFORE_REPLACING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
