package io.stepfree.platform.recovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.support.TopicPartitionOffset;
import org.springframework.kafka.support.TopicPartitionOffset.SeekPosition;

/**
 * Starts the listeners of a service anew. Each goes on where it had stored its offset, so that
 * nothing is left out. Thread-safe.
 */
public final class ConsumerRecovery implements Recovery {

    private static final Logger log = LoggerFactory.getLogger(ConsumerRecovery.class);

    private final Supplier<? extends Collection<? extends ConcurrentMessageListenerContainer<?, ?>>>
            containers;

    public ConsumerRecovery(
            Supplier<? extends Collection<? extends ConcurrentMessageListenerContainer<?, ?>>>
                    containers) {
        this.containers = containers;
    }

    @Override
    public String component() {
        return "consumers";
    }

    @Override
    public boolean isNeeded() {
        return containers.get().stream().anyMatch(ConsumerRecovery::isDead);
    }

    @Override
    public boolean isWorkStopped() {
        return containers.get().stream()
                .anyMatch(container -> isDead(container) && works(container));
    }

    /*
     * Who reads in a group, or only what is new, does the work of its service. Who reads a topic from its beginning
     * keeps something in memory to show it.
     */
    private static boolean works(ConcurrentMessageListenerContainer<?, ?> container) {
        @Nullable TopicPartitionOffset[] from =
                container.getContainerProperties().getTopicPartitions();
        return from == null
                || Arrays.stream(from)
                        .anyMatch(
                                place -> place != null && place.getPosition() == SeekPosition.END);
    }

    /* One whose thread died of an error counts as stopped, but not as stopped on purpose. */
    private static boolean isDead(ConcurrentMessageListenerContainer<?, ?> container) {
        return !container.isInExpectedState();
    }

    @Override
    public String recover() {
        var anew = new ArrayList<String>();
        var stopped = new ArrayList<String>();
        var failed = new ArrayList<String>();
        for (ConcurrentMessageListenerContainer<?, ?> container : containers.get()) {
            String name = String.valueOf(container.getBeanName());
            if (!container.isRunning() && !isDead(container)) {
                stopped.add(name);
                continue;
            }
            try {
                container.stop();
                container.start();
                anew.add(name);
            } catch (RuntimeException e) {
                log.warn("the listener {} could not be started anew", name, e);
                failed.add("%s (%s)".formatted(name, e.getMessage()));
            }
        }
        String told = told(anew, stopped, failed);
        if (!failed.isEmpty()) {
            throw new IllegalStateException(told);
        }
        return told;
    }

    private static String told(List<String> anew, List<String> stopped, List<String> failed) {
        var parts = new ArrayList<String>();
        parts.add(
                anew.isEmpty()
                        ? "No listener was started anew"
                        : "Listeners that were started anew: " + String.join(", ", anew));
        if (!stopped.isEmpty()) {
            parts.add("left alone, as they were stopped on purpose: " + String.join(", ", stopped));
        }
        if (!failed.isEmpty()) {
            parts.add("could not be: " + String.join(", ", failed));
        }
        return String.join("; ", parts) + ".";
    }
}
