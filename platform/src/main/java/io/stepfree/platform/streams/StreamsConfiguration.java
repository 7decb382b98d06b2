package io.stepfree.platform.streams;

import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.KafkaProperties;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a service that runs a topology imports beside the platform. */
@Configuration(proxyBeanMethods = false)
public class StreamsConfiguration {

    @Bean
    StreamsSettings streamsSettings(ClientSettings clients, KafkaProperties properties) {
        return new StreamsSettings(clients, properties);
    }

    @Bean
    StreamsProbe streamsProbe(StreamsRunner runner) {
        return new StreamsProbe(runner::state, InstantSource.system());
    }

    @Bean
    StreamsRecovery streamsRecovery(StreamsRunner runner) {
        return new StreamsRecovery(runner);
    }
}
