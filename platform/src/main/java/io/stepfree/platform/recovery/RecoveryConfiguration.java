package io.stepfree.platform.recovery;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.schemas.topic.Topics;
import java.time.InstantSource;
import java.util.ArrayList;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Wires what can be started anew, and who may order it. */
@Configuration(proxyBeanMethods = false)
public class RecoveryConfiguration {

    @Bean
    ConsumerRecovery consumerRecovery(
            ObjectProvider<ConcurrentMessageListenerContainer<?, ?>> containers) {
        return new ConsumerRecovery(() -> new ArrayList<>(containers.stream().toList()));
    }

    @Bean
    Recoveries recoveries(ObjectProvider<Recovery> parts, MeterRegistry meters) {
        return new Recoveries(parts.stream().toList(), meters, InstantSource.system());
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> serviceOrders(
            TopicListeners listeners,
            ServiceIdentity identity,
            Breakers breakers,
            Recoveries recoveries) {
        return listeners.newsFollower(
                Topics.OPS_COMMANDS,
                "service-orders",
                new ServiceOrders(identity.service(), breakers, recoveries));
    }
}
