package io.stepfree.alerts.channel;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.alerts.signal.LatestSignals;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.Finding;
import io.stepfree.platform.health.HealthProbe;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.recovery.ConsumerRecovery;
import io.stepfree.platform.recovery.Recovery;
import io.stepfree.platform.signal.SignalSource;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Reads {@code ops.alerts} once for each receiver, in a consumer group of its own: a receiver that
 * is not well holds back neither the others nor the pipeline, and what it was not told yet is still
 * there after a restart. What a receiver refuses for good is told in this service's signal and
 * health, from where the others hear of it.
 */
public final class AlertDelivery
        implements SignalSource, HealthProbe, Recovery, SmartLifecycle, AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private record Way(
            Receiver receiver,
            ChannelNotifier notifier,
            ConcurrentMessageListenerContainer<byte[], byte[]> listener) {}

    private static final Logger log = LoggerFactory.getLogger(AlertDelivery.class);

    private final List<Way> ways;
    private final ConsumerRecovery recovery;

    /**
     * @param breakers where each receiver gets one of its own name
     */
    public AlertDelivery(
            List<Receiver> receivers,
            TopicListeners listeners,
            Breakers breakers,
            MeterRegistry meters) {
        this.ways =
                receivers.stream()
                        .map(receiver -> way(receiver, listeners, breakers, meters))
                        .toList();
        this.recovery = new ConsumerRecovery(() -> ways.stream().map(Way::listener).toList());
    }

    private static Way way(
            Receiver receiver, TopicListeners listeners, Breakers breakers, MeterRegistry meters) {
        var notifier = new ChannelNotifier(receiver, breakers, meters, Clock.systemUTC());
        return new Way(
                receiver,
                notifier,
                listeners.listenerThatTakesItsTime(
                        Topics.OPS_ALERTS, "alert-processor-" + receiver.name(), notifier));
    }

    /** The names of those who are told. */
    public List<String> receivers() {
        return ways.stream().map(way -> way.receiver().name()).toList();
    }

    @Override
    public String name() {
        return "receivers";
    }

    /** Degraded while a receiver has refused the last alert that it was told. */
    @Override
    public Finding look() {
        List<String> refusals =
                ways.stream().flatMap(way -> way.notifier().refusal().stream()).toList();
        if (!refusals.isEmpty()) {
            return Finding.degraded(String.join(" ", refusals));
        }
        return Finding.up(
                ways.isEmpty()
                        ? "Nobody is told of alerts."
                        : "Told of alerts: %s.".formatted(String.join(", ", receivers())));
    }

    @Override
    public Map<String, Double> gauges() {
        return ways.stream()
                .collect(
                        Collectors.toMap(
                                way -> LatestSignals.UNDELIVERED_COUNTER + way.receiver().name(),
                                way -> way.notifier().undelivered()));
    }

    @Override
    public String component() {
        return recovery.component();
    }

    @Override
    public boolean isNeeded() {
        return recovery.isNeeded();
    }

    @Override
    public boolean isWorkStopped() {
        return recovery.isWorkStopped();
    }

    @Override
    public String recover() {
        return recovery.recover();
    }

    @Override
    public void start() {
        ways.forEach(way -> way.listener().start());
    }

    /** Returns once none is telling any more, or after ten seconds. */
    @Override
    public void stop() {
        var stopped = new CountDownLatch(ways.size());
        ways.forEach(way -> way.listener().stop(stopped::countDown));
        try {
            if (!stopped.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("{} receivers are still being told of alerts", stopped.getCount());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return ways.stream().anyMatch(way -> way.listener().isRunning());
    }

    @Override
    public void close() {
        stop();
        ways.forEach(way -> way.receiver().close());
    }
}
