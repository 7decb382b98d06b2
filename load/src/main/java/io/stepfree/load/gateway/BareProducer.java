package io.stepfree.load.gateway;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes scan requests as the gateway does, by the same settings and as many at once, with nothing
 * around it: what a gateway could take at most.
 */
final class BareProducer implements AutoCloseable {

    private final RegistryClient registry;
    private final KafkaProducer<String, SpecificRecord> producer;

    BareProducer(String brokers, URI address) {
        registry = new RegistryClient(RegistryEndpoint.of(address));
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true,
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "zstd",
                                ProducerConfig.LINGER_MS_CONFIG,
                                0),
                        new StringSerializer(),
                        new AvroSerdes(registry).serializer());
    }

    /** Acknowledged records in a second, with so many writing one after the other each. */
    double perSecond(int writers, Duration span) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            var counts = new ArrayList<Future<Long>>();
            for (int i = 0; i < writers; i++) {
                counts.add(threads.submit(() -> write(start + span.toNanos())));
            }
            long written = 0;
            for (Future<Long> count : counts) {
                written += count.get();
            }
            return written * 1e9 / (System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw new MeasurementException("A record was not taken (%s).".formatted(e), e);
        }
    }

    private long write(long end) throws ExecutionException, InterruptedException {
        long written = 0;
        while (System.nanoTime() < end) {
            ScanCommand command = command(UUID.randomUUID().toString());
            producer.send(new ProducerRecord<>(Topics.SCAN_REQUESTS.name(), "example.com", command))
                    .get();
            written++;
        }
        return written;
    }

    private static ScanCommand command(String scanId) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return ScanCommand.newBuilder()
                .setKind(CommandKind.SUBMIT)
                .setScanId(scanId)
                .setRequestId(scanId)
                .setIssuedAt(now)
                .setRequest(
                        ScanRequest.newBuilder()
                                .setScanId(scanId)
                                .setRequestId(scanId)
                                .setUrl("https://example.com/page-" + scanId)
                                .setHost("example.com")
                                .setOptions(ScanOptions.newBuilder().build())
                                .setSubmittedAt(now)
                                .build())
                .build();
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
    }
}
