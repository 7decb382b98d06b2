package io.stepfree.platform.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What {@link KafkaConfiguration} wires, made by hand over a test's own broker and registry, and
 * what a test sends and finds through it. Topics exist once it is made.
 */
public final class RunningPlatform implements AutoCloseable {

    /** A header that is not ours, on every record of {@link #write}. */
    public static final String FOREIGN_HEADER = "traceparent";

    /** Its value. */
    public static final String FOREIGN_VALUE = "00-1-2-01";

    private final TestKafka kafka;
    private final KafkaProperties properties;
    private final ClientSettings settings;
    private final RegistryClient registry;
    private final AvroSerdes serdes;
    private final RecordPublisher publisher;
    private final RecordReaders readers;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private RunningPlatform(TestKafka kafka, URI registryAddress, Path stateDirectory) {
        this.kafka = kafka;
        this.properties =
                new KafkaProperties(
                        kafka.bootstrapServers(),
                        (short) 1,
                        1,
                        false,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        stateDirectory,
                        Map.of());
        this.settings = new ClientSettings(properties);
        new TopicCreator(settings, properties).createMissing();
        this.registry =
                new RegistryClient(
                        new RegistryEndpoint(
                                registryAddress, Optional.empty(), Duration.ofSeconds(5), 0));
        this.serdes = new AvroSerdes(registry);
        this.publisher = new RecordPublisher(settings, serdes);
        this.readers = new RecordReaders(serdes, new UnreadableRecords(publisher, meters));
    }

    public static RunningPlatform start(TestKafka kafka, URI registry, Path stateDirectory) {
        return new RunningPlatform(kafka, registry, stateDirectory);
    }

    public KafkaProperties properties() {
        return properties;
    }

    public ClientSettings settings() {
        return settings;
    }

    public RegistryClient registry() {
        return registry;
    }

    public AvroSerdes serdes() {
        return serdes;
    }

    public RecordPublisher publisher() {
        return publisher;
    }

    public RecordReaders readers() {
        return readers;
    }

    TopicListeners listeners() {
        return new TopicListeners(settings, readers, meters);
    }

    SimpleMeterRegistry meters() {
        return meters;
    }

    /** An event of this scan. */
    public static ScanEvent event(String scanId, EventKind kind) {
        return ScanEvent.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-of-" + scanId)
                .setKind(kind)
                .setAt(Instant.ofEpochMilli(1_700_000_000_000L))
                .build();
    }

    /** Its bytes as they travel. */
    public byte[] encoded(ScanEvent event) {
        return serdes.<ScanEvent>serializer().serialize(Topics.SCAN_EVENTS.name(), event);
    }

    /** Publishes it as a service would. */
    public RecordMetadata publish(ScanEvent event) {
        return publisher.publish(
                Topics.SCAN_EVENTS,
                event.getScanId(),
                event,
                new RequestId("request-of-" + event.getScanId()));
    }

    /** Writes any bytes to {@code scan.events}. */
    public RecordMetadata write(String key, byte @Nullable [] value) {
        var record = new ProducerRecord<>(Topics.SCAN_EVENTS.name(), key.getBytes(UTF_8), value);
        new RequestId("request-of-" + key).writeTo(record.headers());
        record.headers().add(FOREIGN_HEADER, FOREIGN_VALUE.getBytes(UTF_8));
        return publisher.send(record);
    }

    /**
     * What {@code ops.unreadable} holds of the record at this place; each group of readers keeps it
     * once.
     */
    public List<ConsumerRecord<String, byte[]>> keptFrom(RecordMetadata at) {
        try (var probe = TopicProbe.raw(kafka, Topics.Unreadable.NAME)) {
            return probe.received().stream()
                    .filter(kept -> {
                        Map<String, String> headers = headers(kept);
                        return at.topic().equals(headers.get(Topics.Unreadable.TOPIC))
                                && Integer.toString(at.partition())
                                        .equals(headers.get(Topics.Unreadable.PARTITION))
                                && Long.toString(at.offset())
                                        .equals(headers.get(Topics.Unreadable.OFFSET));
                    })
                    .toList();
        }
    }

    /** A record's headers as text. */
    public static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        var headers = new TreeMap<String, String>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return headers;
    }

    @Override
    public void close() {
        publisher.close();
        registry.close();
    }
}
