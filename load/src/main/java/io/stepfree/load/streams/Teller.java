package io.stepfree.load.streams;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Tells on scan.events what a scheduler would. For one thread. */
final class Teller implements AutoCloseable {

    private final RegistryClient registry;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Teller(String brokers, URI address) {
        registry = new RegistryClient(RegistryEndpoint.of(address));
        producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers),
                        new StringSerializer(),
                        new AvroSerdes(registry).serializer());
    }

    /** One of the steps that {@link Tally} counts. */
    void step(String scanId, long step) {
        boolean retrying = step > 0 && step % 2 == 0;
        Instant now = now();
        send(
                ScanEvent.newBuilder()
                        .setScanId(scanId)
                        .setRequestId(scanId)
                        .setKind(
                                step == 0
                                        ? EventKind.ACCEPTED
                                        : retrying ? EventKind.RETRYING : EventKind.DISPATCHED)
                        .setAt(now)
                        .setAttempt(attempt(step))
                        .setRequest(step == 0 ? request(scanId, now) : null)
                        .setFailure(retrying ? failed() : null)
                        .setNextAttemptAt(retrying ? now.plusSeconds(2) : null)
                        .build());
    }

    void cancel(String scanId, long last) {
        send(
                ScanEvent.newBuilder()
                        .setScanId(scanId)
                        .setRequestId(scanId)
                        .setKind(EventKind.CANCELLED)
                        .setAt(now())
                        .setAttempt(attempt(last))
                        .build());
    }

    /** Waits until the broker has all of it. */
    void flush() {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new MeasurementException(
                    "An event was not taken (%s).".formatted(failed), failed);
        }
    }

    private static int attempt(long step) {
        return Math.toIntExact((step + 1) / 2);
    }

    private void send(ScanEvent event) {
        var _ =
                producer.send(
                        new ProducerRecord<>(Topics.SCAN_EVENTS.name(), event.getScanId(), event),
                        (_, refused) -> {
                            if (refused != null) {
                                failure.set(refused);
                            }
                        });
    }

    private static ScanRequest request(String scanId, Instant now) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId(scanId)
                .setUrl("https://example.com/" + scanId)
                .setHost("example.com")
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(now)
                .build();
    }

    private static Failure failed() {
        return Failure.newBuilder()
                .setType(FailureType.HTTP_ERROR)
                .setMessage("The page answered 503.")
                .setHttpStatus(503)
                .build();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
    }
}
