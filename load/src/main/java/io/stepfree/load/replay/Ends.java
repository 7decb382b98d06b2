package io.stepfree.load.replay;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Hears on {@code scan.events} when scans end with a result. Thread-safe. */
final class Ends implements AutoCloseable {

    private final RegistryClient registry;
    private final KafkaConsumer<String, ScanEvent> events;
    private final Map<String, Long> ends = new ConcurrentHashMap<>();
    private final Thread listening;
    private volatile boolean running = true;

    /** Hears what is told from now on. */
    Ends(String brokers, URI address) {
        registry = new RegistryClient(RegistryEndpoint.of(address));
        events =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new StringDeserializer(),
                        new AvroSerdes(registry).deserializer(Topics.SCAN_EVENTS));
        var partitions =
                events.partitionsFor(Topics.SCAN_EVENTS.name()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        events.assign(partitions);
        events.seekToEnd(partitions);
        partitions.forEach(events::position);
        listening = Thread.ofPlatform().name("ends").daemon().start(this::listen);
    }

    /** When the scan's result was told, by System.nanoTime; waits for it. */
    long await(String scanId, Duration limit) throws InterruptedException {
        long patience = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < patience) {
            Long end = ends.get(scanId);
            if (end != null) {
                return end;
            }
            Thread.sleep(5);
        }
        throw new MeasurementException(
                "Scan %s had no result after %d s.".formatted(scanId, limit.toSeconds()));
    }

    private void listen() {
        try {
            while (running) {
                for (var record : events.poll(Duration.ofMillis(100))) {
                    if (record.value().getKind() == EventKind.COMPLETED) {
                        ends.putIfAbsent(record.value().getScanId(), System.nanoTime());
                    }
                }
            }
        } catch (WakeupException _) {
            // It is closed.
        }
    }

    @Override
    public void close() {
        running = false;
        events.wakeup();
        try {
            listening.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        events.close();
        registry.close();
    }
}
