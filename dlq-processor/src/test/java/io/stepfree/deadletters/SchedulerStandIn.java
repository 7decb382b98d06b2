package io.stepfree.deadletters;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroDeserializer;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Ends scans by a rule for each host, with one attempt each and no browser. Like the real scheduler
 * it takes each life of a scan once, and ignores the same life met again.
 */
final class SchedulerStandIn implements AutoCloseable {

    /** How a life ends; NEVER is for one that is still waiting. */
    enum End {
        COMPLETED,
        DEAD_LETTERED,
        CANCELLED,
        NEVER
    }

    private final Map<String, Function<ScanRequest, End>> rules = new ConcurrentHashMap<>();
    private final Map<String, Integer> lives = new ConcurrentHashMap<>();
    private final List<ScanRequest> accepted = new CopyOnWriteArrayList<>();
    private final List<ScanRequest> ignored = new CopyOnWriteArrayList<>();
    private final RecordPublisher publisher;
    private final AvroDeserializer<ScanCommand> commands;
    private final Thread thread;
    private volatile boolean open = true;

    SchedulerStandIn(TestKafka kafka, RecordPublisher publisher, AvroSerdes serdes) {
        this.publisher = publisher;
        this.commands = serdes.deserializer(Topics.SCAN_REQUESTS);
        this.thread = Thread.ofPlatform().name("scheduler-stand-in").start(() -> run(kafka));
    }

    /** From now on the scans of that host end so. */
    void end(String host, Function<ScanRequest, End> rule) {
        rules.put(host, rule);
    }

    /** The lives of the scans of that host that were taken, in order. */
    List<ScanRequest> accepted(String host) {
        return accepted.stream().filter(request -> request.getHost().equals(host)).toList();
    }

    /** Those that had been taken before. */
    List<ScanRequest> ignored(String host) {
        return ignored.stream().filter(request -> request.getHost().equals(host)).toList();
    }

    private void run(TestKafka kafka) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                                50),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.SCAN_REQUESTS.name()).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (open) {
                for (var record : consumer.poll(Duration.ofMillis(50))) {
                    take(commands.deserialize(record.topic(), record.value()));
                }
            }
        }
    }

    private void take(ScanCommand command) {
        if (command.getKind() != CommandKind.SUBMIT) {
            return;
        }
        ScanRequest request = Objects.requireNonNull(command.getRequest());
        Integer known = lives.get(request.getScanId());
        if (known != null && known >= request.getReplays()) {
            ignored.add(request);
            return;
        }
        lives.put(request.getScanId(), request.getReplays());
        accepted.add(request);
        switch (rules.getOrDefault(request.getHost(), _ -> End.COMPLETED).apply(request)) {
            case COMPLETED -> tell(request, EventKind.COMPLETED, request.getEarlierAttempts() + 1);
            case DEAD_LETTERED -> {
                bury(request);
                tell(request, EventKind.DEAD_LETTERED, request.getEarlierAttempts() + 1);
            }
            case CANCELLED -> tell(request, EventKind.CANCELLED, request.getEarlierAttempts());
            case NEVER -> {
                // It waits.
            }
        }
    }

    void tell(ScanRequest request, EventKind kind, int attempt) {
        publisher.publish(
                Topics.SCAN_EVENTS,
                request.getScanId(),
                ScanEvent.newBuilder()
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setKind(kind)
                        .setAt(now())
                        .setAttempt(attempt)
                        .build(),
                new RequestId(request.getRequestId()));
    }

    /** Puts the life that the request begins on the topic of dead letters, after one attempt. */
    void bury(ScanRequest request) {
        publisher.publish(
                Topics.SCAN_DEAD_LETTERS,
                request.getHost(),
                Letters.of(request),
                new RequestId(request.getRequestId()));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        open = false;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
