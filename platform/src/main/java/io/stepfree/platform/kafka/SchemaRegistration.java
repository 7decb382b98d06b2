package io.stepfree.platform.kafka;

import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Registers the schemas of all topics when a service starts, on a thread of its own. Without it a
 * schema is asked for when its first record is written, which for a dead letter may be days later,
 * and a registry that is away in that moment would stop the thread that writes it.
 *
 * <p>While the registry does not answer, it is asked again each second; what it refuses is left to
 * the record that needs it.
 */
final class SchemaRegistration implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SchemaRegistration.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final RegistryClient registry;
    private volatile @Nullable Thread thread;

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
        Thread running = thread;
        return running != null && !running.isAlive();
    }

    /** Before all that reads or writes records. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    private void registerAll() {
        List<Topic<?>> missing = Topics.all();
        boolean told = false;
        while (!missing.isEmpty()) {
            missing = missing.stream().filter(topic -> !register(topic)).toList();
            if (missing.isEmpty()) {
                break;
            }
            if (!told) {
                log.warn(
                        "{} schemas are not registered yet: the registry does not answer",
                        missing.size());
                told = true;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException _) {
                return;
            }
        }
        if (told) {
            log.info("all schemas are registered");
        }
    }

    /** Whether nothing is left to be done for this topic. */
    private boolean register(Topic<?> topic) {
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        try {
            registry.register(topic.subject(), topic.schema());
            return true;
        } catch (RegistryException.Unavailable e) {
            log.debug("not registered yet: {}", topic.subject(), e);
            return false;
        } catch (RegistryException e) {
            log.warn("{}", e.getMessage());
            return true;
        }
    }
}
