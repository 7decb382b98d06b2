package io.stepfree.platform.signal;

import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sends this instance's signal every two seconds on a thread of its own, and a last one when it is
 * told to stop, so that nobody misses it. A broker that is down is logged when it goes and when it
 * is back, and stops nothing; it does not hold up a stop either.
 */
public final class SignalPublisher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SignalPublisher.class);
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ServiceIdentity identity;
    private final List<SignalSource> sources;
    private final ProcessGauges process;
    private final ProcessHealth health;
    private final RecordPublisher publisher;
    private final Clock clock;
    private final RequestId requestId = RequestId.create();
    private volatile @Nullable Thread thread;
    private boolean heard = true;

    SignalPublisher(
            ServiceIdentity identity,
            List<SignalSource> sources,
            ProcessGauges process,
            ProcessHealth health,
            RecordPublisher publisher,
            Clock clock) {
        this.identity = identity;
        this.sources = List.copyOf(sources);
        this.process = process;
        this.health = health;
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public void start() {
        // Set before it runs: the loop ends when it finds no thread.
        Thread fresh = Thread.ofVirtual().name("signals").unstarted(this::loop);
        thread = fresh;
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
            try {
                if (running.join(INTERVAL)) {
                    sayGoodbye();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void loop() {
        while (Thread.currentThread().equals(thread)) {
            try {
                send();
                Thread.sleep(INTERVAL);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private Map<String, Double> gauges() {
        var gauges = new HashMap<>(process.gauges());
        sources.forEach(source -> gauges.putAll(source.gauges()));
        return gauges;
    }

    private ServiceSignal.Builder signal() {
        return ServiceSignal.newBuilder()
                .setService(identity.service())
                .setInstance(identity.instance())
                .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .setSlots(sources.stream().mapToInt(SignalSource::slots).sum())
                .setInFlight(sources.stream().mapToInt(SignalSource::inFlight).sum())
                .setGauges(gauges())
                .setVersion(identity.version())
                .setStartedAt(identity.startedAt())
                .setComponents(health.components())
                .setBreakers(health.breakers());
    }

    /** It takes no more scans, and is not to be missed. */
    private void sayGoodbye() {
        try {
            publisher.publishPromptly(
                    Topics.OPS_SIGNALS,
                    identity.instance(),
                    signal().setSlots(0).setStopping(true).build(),
                    requestId);
        } catch (RuntimeException e) {
            log.info("nobody hears that this stops, so it is missed: {}", e.getMessage());
        }
    }

    private void send() {
        try {
            publisher.publish(Topics.OPS_SIGNALS, identity.instance(), signal().build(), requestId);
            if (!heard) {
                log.info("signals are heard again");
            }
            heard = true;
        } catch (RuntimeException e) {
            if (heard && thread != null) {
                log.warn("signals are not heard: {}", e.getMessage());
            }
            heard = false;
        }
    }
}
