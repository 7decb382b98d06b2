package io.stepfree.platform.kafka;

import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Registers the schemas of all topics when a service starts, on a thread of its own. Without it a
 * schema is asked for when its first record is written, which for a dead letter may be days later,
 * and a registry that is away in that moment would stop the thread that writes it.
 *
 * <p>What could not be registered is tried again after a second, then twice as long up to half a
 * minute, for as long as it takes; why not is told once for each topic.
 */
final class SchemaRegistration implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SchemaRegistration.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final RegistryClient registry;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread thread;
    private volatile boolean done;

    SchemaRegistration(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("schemas").start(this::registerAll);
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Whether nothing is left to register. */
    boolean isDone() {
        return done;
    }

    /** Before all that reads or writes records. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    private void registerAll() {
        List<Topic<?>> missing = Topics.all();
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                missing = missing.stream().filter(topic -> !register(topic)).toList();
                if (missing.isEmpty()) {
                    break;
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            }
        } catch (InterruptedException _) {
            return;
        }
        if (!told.isEmpty()) {
            log.info("the schemas of all topics are registered");
        }
        done = true;
    }

    private boolean register(Topic<?> topic) {
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        try {
            registry.register(topic.subject(), topic.schema());
            return true;
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted() && told.add(topic.name())) {
                log.warn("not registered yet: {}", e.getMessage());
            }
            return false;
        }
    }
}
