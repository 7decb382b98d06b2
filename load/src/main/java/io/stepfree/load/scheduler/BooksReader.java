package io.stepfree.load.scheduler;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what the scheduler says of its books every two seconds. For one thread. */
public final class BooksReader implements AutoCloseable {

    private final RegistryClient registry;
    private final KafkaConsumer<String, ServiceSignal> signals;

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
        String gauge = "stepfree.scheduler.ledger." + standing;
        while (System.nanoTime() < end) {
            for (var record : signals.poll(Duration.ofMillis(200))) {
                Double value = record.value().getGauges().get(gauge);
                if (value != null && wanted.test(value.longValue())) {
                    return;
                }
            }
        }
        throw new MeasurementException(
                "The scheduler's books did not come to the expected number of %s scans within %d s."
                        .formatted(standing, limit.toSeconds()));
    }

    @Override
    public void close() {
        signals.close();
        registry.close();
    }
}
