package io.stepfree.platform.health;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.BreakerProperties;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.KafkaProperties;
import io.stepfree.schemas.registry.RegistryClient;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what a service knows of its own health. Each {@link HealthProbe} bean is looked at; what is
 * needed and down takes the service out of {@code /readyz}, and nothing touches {@code /livez}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BreakerProperties.class)
public class HealthConfiguration {

    @Bean
    Breakers breakers(BreakerProperties properties, MeterRegistry meters) {
        return new Breakers(properties, meters, Clock.systemUTC());
    }

    @Bean
    BrokerProbe brokerProbe(ClientSettings settings, KafkaProperties properties) {
        return new BrokerProbe(settings.common(), properties.replicationFactor());
    }

    @Bean
    RegistryProbe registryProbe(RegistryClient registry) {
        return new RegistryProbe(registry);
    }

    @Bean
    DiskProbe diskProbe(KafkaProperties properties) {
        return new DiskProbe("disk", properties.stateDirectory());
    }

    @Bean
    MemoryProbe memoryProbe() {
        return new MemoryProbe();
    }

    @Bean(initMethod = "start")
    HealthBoard healthBoard(ObjectProvider<HealthProbe> probes, Breakers breakers) {
        return new HealthBoard(
                probes.stream().toList(),
                InstantSource.system(),
                name -> breakers.find(name).ifPresent(Breaker::seenWell));
    }

    /** Named in {@code management.endpoint.health.group.readiness.include}. */
    @Bean
    HealthIndicator needed(HealthBoard board) {
        return () -> {
            List<Health> missing = board.missing();
            var answer = new org.springframework.boot.health.contributor.Health.Builder();
            missing.forEach(one -> answer.withDetail(one.name(), one.finding().detail()));
            return missing.isEmpty() ? answer.up().build() : answer.down().build();
        };
    }
}
