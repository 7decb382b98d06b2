package io.stepfree.load.scheduler;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what the schedulers say of their books every two seconds. For one thread. */
public final class BooksReader implements AutoCloseable {

    private static final Duration HEARD = Duration.ofSeconds(10);
    private static final String LEDGER = "stepfree.scheduler.ledger.";
    private static final String PARTITIONS = LEDGER + "partitions";

    private final RegistryClient registry;
    private final KafkaConsumer<String, ServiceSignal> signals;
    private final Map<String, ServiceSignal> latest = new HashMap<>();

    public BooksReader(String brokers, URI address) {
        registry = new RegistryClient(RegistryEndpoint.of(address));
        signals =
                new KafkaConsumer<>(
                        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers),
                        new StringDeserializer(),
                        new AvroSerdes(registry).deserializer(Topics.OPS_SIGNALS));
        List<TopicPartition> partitions =
                IntStream.range(0, Topics.OPS_SIGNALS.partitions())
                        .mapToObj(number -> new TopicPartition(Topics.OPS_SIGNALS.name(), number))
                        .toList();
        signals.assign(partitions);
        signals.seekToEnd(partitions);
    }

    /** Waits until a number of the books, as waiting, is as wanted. */
    public void await(String standing, LongPredicate wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            if (hear() && wanted.test(sum(LEDGER + standing))) {
                return;
            }
        }
        throw new MeasurementException(
                "The scheduler's books did not come to the expected number of %s scans within %d s."
                        .formatted(standing, limit.toSeconds()));
    }

    /** Waits until so many schedulers share all partitions between them, each with some. */
    void awaitSchedulers(int schedulers, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            if (hear()
                    && sum(PARTITIONS) == Topics.SCAN_REQUESTS.partitions()
                    && latest.values().stream()
                                    .filter(signal ->
                                            signal.getGauges().getOrDefault(PARTITIONS, 0.0) > 0)
                                    .count()
                            == schedulers) {
                return;
            }
        }
        throw new MeasurementException(
                "The partitions were not shared by %d schedulers within %d s."
                        .formatted(schedulers, limit.toSeconds()));
    }

    /** Leaves aside what was said until now, as by a scheduler that has died. */
    void forget() {
        hear();
        latest.clear();
    }

    /** Whether something new was heard of a scheduler. */
    private boolean hear() {
        boolean heard = false;
        for (var record : signals.poll(Duration.ofMillis(200))) {
            if (record.value().getGauges().containsKey(PARTITIONS)) {
                latest.put(record.value().getInstance(), record.value());
                heard = true;
            }
        }
        Instant oldest = Instant.now().minus(HEARD);
        latest.values().removeIf(signal -> signal.getAt().isBefore(oldest));
        return heard;
    }

    private long sum(String gauge) {
        return Math.round(
                latest.values().stream()
                        .mapToDouble(signal -> signal.getGauges().getOrDefault(gauge, 0.0))
                        .sum());
    }

    @Override
    public void close() {
        signals.close();
        registry.close();
    }
}
