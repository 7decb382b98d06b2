package io.stepfree.alerts.channel;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.util.List;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Reads {@code ops.alerts} once for each channel, in a consumer group of its own: a receiver that
 * is not well holds back neither the others nor the pipeline, and what it was not told yet is still
 * there after a restart.
 */
public final class AlertDelivery implements SmartLifecycle {

    private record Way(
            Channel channel,
            ChannelNotifier notifier,
            ConcurrentMessageListenerContainer<byte[], byte[]> listener) {}

    private final List<Way> ways;
    private volatile boolean running;

    public AlertDelivery(List<Channel> channels, TopicListeners listeners, MeterRegistry meters) {
        this.ways = channels.stream().map(channel -> way(channel, listeners, meters)).toList();
    }

    private static Way way(Channel channel, TopicListeners listeners, MeterRegistry meters) {
        var notifier = new ChannelNotifier(channel, meters, Clock.systemUTC());
        return new Way(
                channel,
                notifier,
                listeners.listener(
                        Topics.OPS_ALERTS, "alert-processor-" + channel.name(), notifier));
    }

    /** The names of the channels that are told. */
    public List<String> channels() {
        return ways.stream().map(way -> way.channel().name()).toList();
    }

    @Override
    public void start() {
        ways.forEach(way -> way.listener().start());
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        ways.forEach(way -> way.listener().stop());
        ways.forEach(way -> way.notifier().close());
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
