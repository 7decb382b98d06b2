package io.stepfree.platform.signal;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.kafka.RecordPublisher;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the signals of a service. */
@Configuration(proxyBeanMethods = false)
public class SignalConfiguration {

    @Bean
    SignalPublisher signalPublisher(
            ServiceIdentity identity,
            ObjectProvider<SignalSource> sources,
            RecordPublisher publisher,
            HealthBoard health,
            Breakers breakers,
            MeterRegistry meters) {
        return new SignalPublisher(
                identity,
                sources.stream().toList(),
                new ProcessGauges(meters),
                new ProcessHealth(health, breakers),
                publisher,
                Clock.systemUTC());
    }
}
