package io.stepfree.platform.recovery;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Starts the listeners of a service anew. Each goes on where it had stored its offset, so that
 * nothing is left out. Thread-safe.
 */
final class ConsumerRecovery implements Recovery {

    private final Supplier<Collection<ConcurrentMessageListenerContainer<?, ?>>> containers;

    ConsumerRecovery(Supplier<Collection<ConcurrentMessageListenerContainer<?, ?>>> containers) {
        this.containers = containers;
    }

    @Override
    public String component() {
        return "consumers";
    }

    /* Those that were stopped on purpose are not running; those whose threads died are, and are not well. */
    @Override
    public boolean isNeeded() {
        return containers.get().stream()
                .anyMatch(container -> container.isRunning() && !container.isInExpectedState());
    }

    @Override
    public String recover() {
        List<ConcurrentMessageListenerContainer<?, ?>> all = List.copyOf(containers.get());
        all.forEach(container -> {
            container.stop();
            container.start();
        });
        return "The listeners were started anew: %d.".formatted(all.size());
    }
}
