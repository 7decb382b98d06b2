package io.stepfree.gateway.live;

import io.stepfree.platform.kafka.ReaderGroups;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.serde.AvroDeserializer;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies on scan.events from before, for who comes back: a few read at a time, each so many
 * records and no more. Belongs to no group and stores no offsets. Thread-safe; blocks, and throws a
 * problem when the broker does not answer within seconds.
 */
public final class EventArchive implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventArchive.class);

    private static final String TOPIC = Topics.SCAN_EVENTS.name();
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE_AT_START = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    /** An older answer only has more read again. */
    private static final Duration PROJECTED_KEPT = Duration.ofSeconds(1);

    private static final int AT_ONCE = 4;

    /** A second or two of reading. */
    private static final long MOST_RECORDS = 200_000;

    /** What one stream may have to be told at once; half an hour of a batch that never rests. */
    private static final int MOST_EVENTS = 2_000;

    private final Supplier<Map<String, Object>> settings;
    private final AvroDeserializer<ScanEvent> decoder;
    private final Admin admin;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Deque<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedDeque<>();
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Map<Integer, Long> projected;
    private @Nullable ProblemException failure;
    private long askedAt;

    /**
     * @param settings what every client needs, a fresh map at each call
     */
    EventArchive(Supplier<Map<String, Object>> settings, AvroDeserializer<ScanEvent> decoder) {
        this.settings = settings;
        this.decoder = decoder;
        this.admin = Admin.create(settings.get());
    }

    /**
     * For each partition the offset from which there are so many records to its end; waits longer,
     * as nothing can be told before it is known.
     */
    List<Long> before(int records) {
        Map<TopicPartition, Long> first = offsets(all(), OffsetSpec.earliest(), PATIENCE_AT_START);
        Map<TopicPartition, Long> last = offsets(all(), OffsetSpec.latest(), PATIENCE_AT_START);
        return all().stream()
                .map(partition ->
                        Math.max(
                                first.getOrDefault(partition, 0L),
                                last.getOrDefault(partition, 0L) - records))
                .toList();
    }

    /**
     * An offset of which it is sure that what lies before it is told by the views; read it before
     * them.
     */
    long projected(int partition) {
        Long stored = projected().get(partition);
        if (stored != null) {
            return stored;
        }
        var place = new TopicPartition(TOPIC, partition);
        return offsets(List.of(place), OffsetSpec.earliest(), PATIENCE).getOrDefault(place, 0L);
    }

    /** Whether a partition goes as far as this offset. */
    boolean reaches(int partition, long offset) {
        var place = new TopicPartition(TOPIC, partition);
        return offsets(List.of(place), OffsetSpec.latest(), PATIENCE).getOrDefault(place, 0L)
                >= offset;
    }

    /**
     * The events of a subject in a stretch of a partition, oldest first; empty when the topic no
     * longer holds the stretch, or when it is too long to be read.
     *
     * @param to the offset after the last one; known to be there
     */
    Optional<List<LiveEvent>> read(Subject subject, int partition, long from, long to) {
        if (to - from > MOST_RECORDS) {
            return Optional.empty();
        }
        takePlace();
        @Nullable Consumer<byte[], byte[]> consumer = null;
        boolean sound = false;
        try {
            consumer = idle.pollFirst();
            if (consumer == null) {
                consumer = consumer();
            }
            Optional<List<LiveEvent>> events = read(consumer, subject, partition, from, to);
            sound = true;
            return events;
        } catch (OffsetOutOfRangeException _) {
            sound = true;
            return Optional.empty();
        } catch (KafkaException e) {
            throw unavailable(e);
        } finally {
            if (consumer != null && sound) {
                // So that it keeps nothing that it has fetched beyond.
                consumer.unsubscribe();
                idle.addFirst(consumer);
            } else if (consumer != null) {
                consumer.close();
            }
            places.release();
        }
    }

    /* Whoever reads far back keeps the others waiting for a while, but not for long. */
    private void takePlace() {
        try {
            if (places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new ProblemException(
                ProblemType.UNAVAILABLE,
                "Too many streams are being resumed at once; come again later.");
    }

    private Optional<List<LiveEvent>> read(
            Consumer<byte[], byte[]> consumer, Subject subject, int partition, long from, long to) {
        var place = new TopicPartition(TOPIC, partition);
        consumer.assign(List.of(place));
        consumer.seek(place, from);
        byte[] key = subject.key();
        var events = new ArrayList<LiveEvent>();
        long position = from;
        long moved = System.nanoTime();
        // Markers of transactions take offsets too: only the position says what has been read.
        while (position < to) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < to && Arrays.equals(record.key(), key)) {
                    event(record)
                            .filter(event -> event.subject().equals(subject))
                            .ifPresent(events::add);
                }
            }
            if (events.size() > MOST_EVENTS) {
                return Optional.empty();
            }
            long now = consumer.position(place);
            if (now > position) {
                position = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
                throw new KafkaException(
                        "%s stands still at offset %d of %d".formatted(place, position, to));
            }
        }
        return Optional.of(events);
    }

    /* What cannot be decoded was kept aside when it was first heard. */
    private Optional<LiveEvent> event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.ofNullable(decoder.deserialize(TOPIC, record.value()))
                    .flatMap(event -> Words.of(event, record.partition(), record.offset()));
        } catch (UndecodableRecordException _) {
            return Optional.empty();
        }
    }

    private Map<Integer, Long> projected() {
        asking.lock();
        try {
            Map<Integer, Long> known = projected;
            boolean fresh = System.nanoTime() - askedAt < PROJECTED_KEPT.toNanos();
            if (known != null && fresh) {
                return known;
            }
            ProblemException failed = failure;
            if (failed != null && fresh) {
                throw failed;
            }
            failure = null;
            try {
                known = stored();
                projected = known;
            } catch (ProblemException e) {
                if (known == null) {
                    // Those who wait behind this one do not all wait for the broker in turn.
                    failure = e;
                    askedAt = System.nanoTime();
                    throw e;
                }
                log.debug("how far the views are is known from before", e);
            }
            askedAt = System.nanoTime();
            return known;
        } finally {
            asking.unlock();
        }
    }

    private Map<Integer, Long> stored() {
        var stored = new HashMap<Integer, Long>();
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    await(
                            admin.listConsumerGroupOffsets(ReaderGroups.STATUS_PROJECTION)
                                    .partitionsToOffsetAndMetadata(),
                            PATIENCE);
            offsets.forEach((partition, offset) -> {
                // Null where the group has stored nothing.
                if (offset != null && partition.topic().equals(TOPIC)) {
                    stored.put(partition.partition(), offset.offset());
                }
            });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw unavailable(e);
            }
        }
        return stored;
    }

    private Map<TopicPartition, Long> offsets(
            List<TopicPartition> partitions, OffsetSpec which, Duration patience) {
        try {
            return await(
                            admin.listOffsets(
                                            partitions.stream()
                                                    .collect(
                                                            Collectors.toMap(
                                                                    partition -> partition,
                                                                    _ -> which)),
                                            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                    .all(),
                            patience)
                    .entrySet()
                    .stream()
                    .collect(
                            Collectors.toMap(
                                    Map.Entry::getKey, entry -> entry.getValue().offset()));
        } catch (ExecutionException e) {
            throw unavailable(e);
        }
    }

    private static List<TopicPartition> all() {
        return IntStream.range(0, Topics.SCAN_EVENTS.partitions())
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
    }

    private static <T> T await(KafkaFuture<T> answer, Duration patience) throws ExecutionException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static ProblemException unavailable(Exception reason) {
        log.debug("scan.events cannot be read again", reason);
        return new ProblemException(
                ProblemType.BROKER_UNAVAILABLE,
                "Kafka does not answer, so that what was told before cannot be read; try again later.");
    }

    private Consumer<byte[], byte[]> consumer() {
        Map<String, Object> own = settings.get();
        own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        own.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        // What has left the topic must not be skipped in silence.
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        for (var consumer = idle.pollFirst(); consumer != null; consumer = idle.pollFirst()) {
            consumer.close();
        }
        admin.close(PATIENCE);
    }
}
