package io.stepfree.deadletters.topic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads stretches of one topic, committed records only, from the first offset to the last and no
 * further. It belongs to no group and stores no offsets, so it disturbs no reader.
 *
 * <p>Blocks; throws {@link TimeoutException} when the broker does not answer for half a minute. Not
 * thread-safe.
 */
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;

    /**
     * @param settings what every client needs
     */
    public TopicReader(Supplier<Map<String, Object>> settings, String topic) {
        this.topic = topic;
        Map<String, Object> own = new HashMap<>(settings.get());
        own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // One stretch follows the other: a fetch at the end of one must not hold up the next.
        own.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        // What is deleted while it is read must not be skipped in silence.
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        this.consumer =
                new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        // All are assigned throughout, or the client would warn of what it learns of the others.
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.pause(partitions);
        consumer.seekToEnd(partitions);
    }

    /**
     * The same stretches, once it is sure that the topic holds them.
     *
     * @throws OutsideTopicException naming the first that it does not hold
     */
    public List<Stretch> held(Collection<Stretch> asked) {
        Map<Integer, Stretch> whole = new TreeMap<>();
        whole().forEach(stretch -> whole.put(stretch.partition(), stretch));
        for (Stretch stretch : asked) {
            Stretch there = whole.get(stretch.partition());
            if (there == null) {
                throw new OutsideTopicException(
                        "%s has partitions 0 to %d; %d is none of them"
                                .formatted(topic, whole.size() - 1, stretch.partition()));
            }
            if (stretch.from() < there.from() || stretch.to() > there.to()) {
                throw new OutsideTopicException(
                        there.from() == there.to()
                                ? "partition %d of %s is empty".formatted(there.partition(), topic)
                                : "partition %d of %s holds offsets %d to %d; %d is outside"
                                        .formatted(
                                                there.partition(),
                                                topic,
                                                there.from(),
                                                there.to() - 1,
                                                stretch.from() < there.from()
                                                                || stretch.from() >= there.to()
                                                        ? stretch.from()
                                                        : stretch.to() - 1));
            }
        }
        return List.copyOf(asked);
    }

    /**
     * What was written from one moment to before another, as far as the topic still holds it. The
     * clocks of writers differ, so at the edges there may be records of other moments.
     *
     * @param from null for the beginning
     * @param before null for the end
     */
    public List<Stretch> written(@Nullable Instant from, @Nullable Instant before) {
        List<Stretch> whole = whole();
        Map<TopicPartition, Long> first = offsets(whole, from);
        Map<TopicPartition, Long> last = offsets(whole, before);
        var found = new ArrayList<Stretch>();
        for (Stretch stretch : whole) {
            var partition = new TopicPartition(topic, stretch.partition());
            long start = first.getOrDefault(partition, stretch.from());
            long end = last.getOrDefault(partition, stretch.to());
            if (start < end) {
                found.add(new Stretch(stretch.partition(), start, end));
            }
        }
        return found;
    }

    /** From that offset to the end of its partition. */
    public Stretch rest(int partition, long from) {
        var place = new TopicPartition(topic, partition);
        return new Stretch(
                partition, from, consumer.endOffsets(List.of(place)).getOrDefault(place, from));
    }

    /** Hands over every record of these stretches, one stretch after the other. */
    public void read(
            Collection<Stretch> stretches,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        for (Stretch stretch : stretches) {
            if (stretch.from() < stretch.to()) {
                read(stretch, handler);
            }
        }
    }

    private void read(
            Stretch stretch, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        var partition = new TopicPartition(topic, stretch.partition());
        consumer.seek(partition, stretch.from());
        consumer.resume(List.of(partition));
        long position = stretch.from();
        long moved = System.nanoTime();
        // Markers of transactions take offsets too: only the position says what has been read.
        while (position < stretch.to()) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < stretch.to()) {
                    handler.accept(record);
                }
            }
            long now = consumer.position(partition);
            if (now > position) {
                position = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
                throw new TimeoutException(
                        "%s-%d stands still at offset %d of %d"
                                .formatted(topic, stretch.partition(), position, stretch.to()));
            }
        }
        consumer.pause(List.of(partition));
    }

    private List<Stretch> whole() {
        List<TopicPartition> partitions =
                consumer.assignment().stream()
                        .sorted(Comparator.comparingInt(TopicPartition::partition))
                        .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> last = consumer.endOffsets(partitions);
        return partitions.stream()
                .map(partition ->
                        new Stretch(
                                partition.partition(),
                                first.getOrDefault(partition, 0L),
                                last.getOrDefault(partition, 0L)))
                .toList();
    }

    /** The first offset of that moment or later in each partition; the end where there is none. */
    private Map<TopicPartition, Long> offsets(List<Stretch> whole, @Nullable Instant moment) {
        var offsets = new HashMap<TopicPartition, Long>();
        if (moment == null) {
            return offsets;
        }
        var times = new HashMap<TopicPartition, Long>();
        whole.forEach(stretch ->
                times.put(
                        new TopicPartition(topic, stretch.partition()),
                        Math.max(0, moment.toEpochMilli())));
        var found = consumer.offsetsForTimes(times);
        for (Stretch stretch : whole) {
            var partition = new TopicPartition(topic, stretch.partition());
            var place = found.get(partition);
            offsets.put(
                    partition,
                    place == null
                            ? stretch.to()
                            : Math.clamp(place.offset(), stretch.from(), stretch.to()));
        }
        return offsets;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
