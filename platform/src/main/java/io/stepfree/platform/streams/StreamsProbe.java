package io.stepfree.platform.streams;

import io.stepfree.platform.health.Absence;
import io.stepfree.platform.health.Finding;
import io.stepfree.platform.health.HealthProbe;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Looks whether a topology processes records. That its partitions are shared out anew, or that it
 * starts, takes seconds and is no trouble; half a minute of it is degraded, two minutes are down.
 * One that has failed is down at once. Thread-safe.
 */
final class StreamsProbe implements HealthProbe {

    static final Duration USUAL = Duration.ofSeconds(30);
    static final Duration TOO_LONG = Duration.ofMinutes(2);

    private final Supplier<KafkaStreams.State> state;
    private final Absence pause;

    StreamsProbe(Supplier<KafkaStreams.State> state, InstantSource clock) {
        this.state = state;
        this.pause = new Absence(USUAL, TOO_LONG, clock);
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public boolean needed() {
        return true;
    }

    @Override
    public Finding look() {
        return switch (state.get()) {
            case RUNNING -> pause.there("Records are processed.");
            case CREATED, REBALANCING ->
                    pause.away("Partitions are shared out and stores restored");
            case PENDING_SHUTDOWN, NOT_RUNNING -> pause.away("The topology does not run");
            case PENDING_ERROR, ERROR ->
                    Finding.down("The topology has failed; the log says of what.");
        };
    }
}
