package io.stepfree.platform.kafka;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.serde.AvroSerdes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link KafkaConfiguration} wires, made by hand over a test's own broker and registry. Topics
 * exist once it is made.
 */
record RunningPlatform(
        RegistryClient registry,
        AvroSerdes serdes,
        RecordPublisher publisher,
        RecordReaders readers,
        TopicListeners listeners,
        StreamsSettings streams,
        SimpleMeterRegistry meters)
        implements AutoCloseable {

    static RunningPlatform start(TestKafka kafka, URI registryAddress, Path stateDirectory) {
        var properties =
                new KafkaProperties(
                        kafka.bootstrapServers(),
                        (short) 1,
                        1,
                        false,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        stateDirectory,
                        Map.of());
        var settings = new ClientSettings(properties);
        new TopicCreator(settings, properties).createMissing();
        var registry =
                new RegistryClient(
                        new RegistryEndpoint(
                                registryAddress, Optional.empty(), Duration.ofSeconds(5), 0));
        var serdes = new AvroSerdes(registry);
        var publisher = new RecordPublisher(settings, serdes);
        var meters = new SimpleMeterRegistry();
        var readers = new RecordReaders(serdes, new UnreadableRecords(publisher, meters));
        return new RunningPlatform(
                registry,
                serdes,
                publisher,
                readers,
                new TopicListeners(settings, readers),
                new StreamsSettings(settings, properties),
                meters);
    }

    @Override
    public void close() {
        publisher.close();
        registry.close();
    }
}
