package io.stepfree.gateway.publish;

import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.BrokerUnavailableException;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;

/**
 * Publishes for clients who wait for the answer: when Kafka or the schema registry has failed again
 * and again, they are told at once instead of after a time-out. Thread-safe.
 */
public final class GuardedPublisher {

    private final RecordPublisher publisher;
    private final Breaker kafka;
    private final Breaker registry;

    public GuardedPublisher(RecordPublisher publisher, Breakers breakers) {
        this.publisher = publisher;
        this.kafka = breakers.guard("broker", BrokerUnavailableException.class::isInstance);
        this.registry = breakers.guard("registry", RegistryException.Unavailable.class::isInstance);
    }

    /**
     * Writes one record and returns once the broker has it safely.
     *
     * @throws BreakerOpenException when it was not even tried
     * @throws RuntimeException what {@link RecordPublisher#publishPromptly} throws
     */
    public <T extends SpecificRecord> void publish(
            Topic<T> topic, String key, T value, RequestId id) {
        try {
            var _ =
                    kafka.call(() ->
                            registry.call(() -> publisher.publishPromptly(topic, key, value, id)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("publishing throws nothing that is checked", e);
        }
    }
}
