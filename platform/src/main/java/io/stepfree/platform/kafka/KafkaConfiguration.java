package io.stepfree.platform.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.serde.AvroSerdes;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires a service to the broker and the registry. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, RegistryProperties.class})
public class KafkaConfiguration {

    /** The settings of every client; handed out only once the topics exist. */
    @Bean
    ClientSettings clientSettings(KafkaProperties properties) {
        var settings = new ClientSettings(properties);
        new TopicCreator(settings, properties).createMissing();
        return settings;
    }

    @Bean
    RegistryClient registryClient(RegistryProperties properties) {
        return new RegistryClient(properties.endpoint());
    }

    @Bean
    SchemaRegistration schemaRegistration(RegistryClient registry) {
        return new SchemaRegistration(registry);
    }

    @Bean
    AvroSerdes avroSerdes(RegistryClient registry) {
        return new AvroSerdes(registry);
    }

    @Bean
    RecordPublisher recordPublisher(ClientSettings settings, AvroSerdes serdes) {
        return new RecordPublisher(settings, serdes);
    }

    @Bean
    RecordReaders recordReaders(
            AvroSerdes serdes, RecordPublisher publisher, MeterRegistry meters) {
        return new RecordReaders(serdes, new UnreadableRecords(publisher, meters));
    }

    @Bean
    TopicListeners topicListeners(
            ClientSettings settings, RecordReaders readers, MeterRegistry meters) {
        return new TopicListeners(settings, readers, meters);
    }
}
