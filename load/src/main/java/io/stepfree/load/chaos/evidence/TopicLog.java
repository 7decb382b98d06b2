package io.stepfree.load.chaos.evidence;

import io.stepfree.load.chaos.evidence.Evidence.Book;
import io.stepfree.load.chaos.evidence.Evidence.Command;
import io.stepfree.load.chaos.evidence.Evidence.Dead;
import io.stepfree.load.chaos.evidence.Evidence.Event;
import io.stepfree.load.chaos.evidence.Evidence.Failed;
import io.stepfree.load.chaos.evidence.Evidence.Job;
import io.stepfree.load.chaos.evidence.Evidence.Position;
import io.stepfree.load.chaos.evidence.Evidence.Result;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.ClientLedger;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.Ledger;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topics from their beginning, committed records only, in no group, so that it disturbs
 * nobody. For one thread.
 */
public final class TopicLog implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroSerdes serdes;
    private final List<Command> commands = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();
    private final List<Dead> deadLetters = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Book> books = new TreeMap<>();
    private long unreadable;

    public TopicLog(String brokers, URI registry) {
        this.serdes = new AvroSerdes(new RegistryClient(RegistryEndpoint.of(registry)));
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                List.of(
                                Topics.SCAN_REQUESTS.name(),
                                Topics.SCAN_JOBS.name(),
                                Topics.SCAN_RESULTS.name(),
                                Topics.SCAN_DEAD_LETTERS.name(),
                                Topics.SCAN_EVENTS.name(),
                                Topics.Unreadable.NAME)
                        .stream()
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Reads up to what was committed when it was called; false when that is not reached in time, as
     * while a transaction is left open.
     */
    public boolean catchUp() {
        long end = System.nanoTime() + LIMIT.toNanos();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(each -> consumer.position(each.getKey()) < each.getValue())) {
            if (System.nanoTime() > end) {
                return false;
            }
            consumer.poll(POLL).forEach(this::take);
        }
        return true;
    }

    /** Reads what comes within a moment. */
    void poll() {
        consumer.poll(POLL).forEach(this::take);
    }

    public List<Command> commands() {
        return List.copyOf(commands);
    }

    public List<Job> jobs() {
        return List.copyOf(jobs);
    }

    public List<Result> results() {
        return List.copyOf(results);
    }

    public List<Dead> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /** Grows with the next read. */
    public List<Event> events() {
        return Collections.unmodifiableList(events);
    }

    public List<Book> books() {
        return List.copyOf(books.values());
    }

    public long unreadable() {
        return unreadable;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var position = new Position(record.topic(), record.partition(), record.offset());
        if (record.topic().equals(Topics.SCAN_REQUESTS.name())) {
            command(position, read(Topics.SCAN_REQUESTS, record));
        } else if (record.topic().equals(Topics.SCAN_JOBS.name())) {
            job(position, read(Topics.SCAN_JOBS, record));
        } else if (record.topic().equals(Topics.SCAN_RESULTS.name())) {
            result(position, read(Topics.SCAN_RESULTS, record));
        } else if (record.topic().equals(Topics.SCAN_DEAD_LETTERS.name())) {
            deadLetter(position, read(Topics.SCAN_DEAD_LETTERS, record), Digest.of(record.value()));
        } else if (record.topic().equals(Topics.SCAN_EVENTS.name())) {
            event(position, read(Topics.SCAN_EVENTS, record));
        } else {
            unreadable++;
        }
    }

    /** The registry may be down just now: what was polled must not be lost for that. */
    private <T extends SpecificRecord> T read(
            Topic<T> topic, ConsumerRecord<byte[], byte[]> record) {
        while (true) {
            try {
                return serdes.deserializer(topic).deserialize(record.topic(), record.value());
            } catch (RegistryException.Unavailable e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private void command(Position position, ScanCommand command) {
        @Nullable ScanRequest request = command.getRequest();
        commands.add(
                new Command(
                        position,
                        command.getKind().name(),
                        command.getScanId(),
                        command.getRequestId(),
                        request == null ? null : request.getUrl(),
                        request == null ? null : request.getClient(),
                        request == null ? null : request.getBatchId(),
                        request == null ? 0 : request.getReplays()));
    }

    private void job(Position position, ScanJob job) {
        jobs.add(
                new Job(
                        position,
                        job.getDispatchedAt().toEpochMilli(),
                        job.getRequest().getScanId(),
                        job.getRequest().getReplays(),
                        job.getAttempt()));
    }

    private void result(Position position, ScanResult result) {
        results.add(
                new Result(
                        position,
                        result.getRequest().getScanId(),
                        result.getRequest().getReplays(),
                        result.getAttempt(),
                        result.getEarlierFailures().stream()
                                .map(AttemptFailure::getAttempt)
                                .toList(),
                        result.getRequest().getUrl(),
                        result.getPage().getViolations().stream().map(Finding::getRule).toList()));
    }

    private void deadLetter(Position position, DeadLetter letter, String digest) {
        deadLetters.add(
                new Dead(
                        position,
                        letter.getRequest().getScanId(),
                        letter.getRequest().getReplays(),
                        letter.getCause().name(),
                        letter.getFailures().stream()
                                .map(failure ->
                                        new Failed(
                                                failure.getAttempt(),
                                                failure.getFailure().getType().name()))
                                .toList(),
                        letter.getRequest().getUrl(),
                        digest));
    }

    private void event(Position position, ScanEvent event) {
        @Nullable Ledger ledger = event.getLedger();
        if (event.getKind() == EventKind.LEDGER && ledger != null) {
            for (ClientLedger client : ledger.getClients()) {
                books.put(
                        "%d %s".formatted(ledger.getPartition(), client.getClient()),
                        new Book(
                                ledger.getPartition(),
                                client.getClient(),
                                client.getAccepted(),
                                client.getCompleted(),
                                client.getDeadLettered(),
                                client.getCancelled(),
                                client.getOpen()));
            }
            return;
        }
        if (event.getScanId().isEmpty()) {
            return;
        }
        @Nullable ScanRequest request = event.getRequest();
        Instant at = event.getAt();
        events.add(
                new Event(
                        position,
                        at.toEpochMilli(),
                        event.getScanId(),
                        event.getKind().name(),
                        event.getAttempt(),
                        request == null ? 0 : request.getReplays(),
                        event.getFailure() == null ? null : event.getFailure().getType().name()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
