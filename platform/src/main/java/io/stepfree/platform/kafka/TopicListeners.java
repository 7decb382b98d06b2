package io.stepfree.platform.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.TopicPartitionOffset;
import org.springframework.kafka.support.TopicPartitionOffset.SeekPosition;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Makes the containers in which services read topics: at least once, in the order of each
 * partition, offsets stored after the work. When a handler throws, the same record comes again
 * after 0.5 s, then twice as long up to 10 s, for as long as it takes, and each time is logged
 * unless it is a {@link NotNowException}; a record that cannot be decoded is kept aside and never
 * reaches the handler, and so is one whose handling the database or the registry refuses for good.
 */
public final class TopicListeners {

    /** Counts how often a record could not be dealt with and came again, by consumer group. */
    public static final String FAILURES = OwnMeter.LISTENER_FAILURES.meterName();

    private static final Logger log = LoggerFactory.getLogger(TopicListeners.class);

    /**
     * SQLSTATE classes that no retry mends: data exception, integrity violation, limit exceeded.
     */
    private static final List<String> REFUSED_FOR_GOOD = List.of("22", "23", "54");

    private static final int FEW_RECORDS = 10;
    private static final int MOST_AT_ONCE = 100;
    private static final long MOST_BYTES_AT_ONCE = 8 << 20;
    private static final long FIRST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 10_000;

    private final ClientSettings settings;
    private final RecordReaders readers;
    private final MeterRegistry meters;

    TopicListeners(ClientSettings settings, RecordReaders readers, MeterRegistry meters) {
        this.settings = settings;
        this.readers = readers;
        this.meters = meters;
    }

    /** A container that decodes; as a bean it starts and stops with its context. */
    public <T extends SpecificRecord> ConcurrentMessageListenerContainer<byte[], byte[]> listener(
            Topic<T> topic, String group, RecordHandler<T> handler) {
        return listenRaw(topic.name(), group, decoding(topic, handler));
    }

    /**
     * Like {@link #listener}, for a handler that may take seconds for a record, and that had better
     * not see one again: few are fetched at once, so that the group does not give the reader up,
     * and each offset is stored by itself.
     */
    public <T extends SpecificRecord>
            ConcurrentMessageListenerContainer<byte[], byte[]> listenerThatTakesItsTime(
                    Topic<T> topic, String group, RecordHandler<T> handler) {
        Map<String, Object> consumer = settings.consumer(group);
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, FEW_RECORDS);
        var container = container(topic.name(), group, decoding(topic, handler), consumer);
        container.getContainerProperties().setAckMode(ContainerProperties.AckMode.RECORD);
        container.getContainerProperties().setStopImmediate(true);
        return container;
    }

    /**
     * Like {@link #listener}, for a handler that does better with many records at once: with up to
     * {@value #MOST_AT_ONCE} of them and 8 MiB as they are on the topic. When it throws, they are
     * handed over one by one, and the first that it throws for comes again as above, with all that
     * came after it.
     */
    public <T extends SpecificRecord>
            ConcurrentMessageListenerContainer<byte[], byte[]> batchListener(
                    Topic<T> topic, String group, BatchHandler<T> handler) {
        var properties = new ContainerProperties(topic.name());
        properties.setGroupId(group);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        RecordReader<T> reader = readers.reader(topic);
        properties.setMessageListener(
                (BatchMessageListener<byte[], byte[]>)
                        records -> handleAll(group, records, reader, handler));
        return container(group, settings.consumer(group), properties);
    }

    private <T extends SpecificRecord> void handleAll(
            String group,
            List<ConsumerRecord<byte[], byte[]>> records,
            RecordReader<T> reader,
            BatchHandler<T> handler) {
        var batch = new ArrayList<Received<T>>();
        long bytes = 0;
        for (var record : records) {
            bytes += Math.max(0, record.serializedValueSize());
            if (batch.size() == MOST_AT_ONCE || bytes > MOST_BYTES_AT_ONCE) {
                handleBatch(group, batch, handler);
                batch.clear();
                bytes = Math.max(0, record.serializedValueSize());
            }
            try {
                read(group, record, reader).ifPresent(batch::add);
            } catch (HandlingFailed e) {
                // What came before it is not to be taken as dealt with.
                handleBatch(group, batch, handler);
                throw new BatchListenerFailedException(e.toString(), record);
            }
        }
        handleBatch(group, batch, handler);
    }

    private <T extends SpecificRecord> Optional<Received<T>> read(
            String group, ConsumerRecord<byte[], byte[]> record, RecordReader<T> reader) {
        var read = new AtomicReference<@Nullable Received<T>>();
        handle(
                group,
                record,
                id ->
                        reader.read(record)
                                .map(value -> new Received<>(value, record, id, Instant.now()))
                                .ifPresent(read::set));
        return Optional.ofNullable(read.get());
    }

    /** All at once; where that fails, each by itself. */
    private <T extends SpecificRecord> void handleBatch(
            String group, List<Received<T>> batch, BatchHandler<T> handler) {
        if (batch.size() > 1) {
            try {
                handler.handle(List.copyOf(batch));
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BatchListenerFailedException("interrupted", batch.getFirst().record());
            } catch (Exception e) {
                log.debug("{} deals with {} records one by one", group, batch.size(), e);
            }
        }
        for (Received<T> one : batch) {
            try {
                handle(
                        group,
                        one.record(),
                        _ ->
                                handleOrKeep(
                                        one.value(),
                                        one.record(),
                                        (_, _) -> handler.handle(List.of(one))));
            } catch (HandlingFailed e) {
                throw new BatchListenerFailedException(e.toString(), one.record());
            }
        }
    }

    private <T extends SpecificRecord> RawRecordHandler decoding(
            Topic<T> topic, RecordHandler<T> handler) {
        RecordReader<T> reader = readers.reader(topic);
        return record -> {
            Optional<T> value = reader.read(record);
            if (value.isPresent()) {
                RequestContext.concerns(value.get());
                handleOrKeep(value.get(), record, handler);
            }
        };
    }

    /**
     * What the database will never take, such as an id that no index holds, or what would have to
     * be written with a schema that the registry refuses, is kept aside.
     */
    private <T> void handleOrKeep(
            T value, ConsumerRecord<byte[], byte[]> record, RecordHandler<T> handler)
            throws Exception {
        try {
            handler.handle(value, record);
        } catch (Exception e) {
            if (!isRefusedForGood(e)) {
                throw e;
            }
            readers.keep(record, e);
        }
    }

    private static boolean isRefusedForGood(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException.Refused) {
                return true;
            }
            if (cause instanceof SQLException refusal
                    && refusal.getSQLState() != null
                    && REFUSED_FOR_GOOD.stream().anyMatch(refusal.getSQLState()::startsWith)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A container that reads the whole topic, from its beginning, at each start, for what is kept
     * in memory. It belongs to no group and stores no offsets; every instance of a service reads
     * all.
     *
     * @param name for logs and threads
     */
    public <T extends SpecificRecord> ConcurrentMessageListenerContainer<byte[], byte[]> follower(
            Topic<T> topic, String name, RecordHandler<T> handler) {
        return follower(topic, name, handler, SeekPosition.BEGINNING);
    }

    /**
     * Like {@link #follower}, for what is of use only while it is new: reads what comes from now
     * on.
     */
    public <T extends SpecificRecord>
            ConcurrentMessageListenerContainer<byte[], byte[]> newsFollower(
                    Topic<T> topic, String name, RecordHandler<T> handler) {
        return follower(topic, name, handler, SeekPosition.END);
    }

    /**
     * Like {@link #newsFollower}, for what may miss nothing, also when it is started anew.
     *
     * @param next the offset from which each partition is read, asked at each start
     */
    public <T extends SpecificRecord> ConcurrentMessageListenerContainer<byte[], byte[]> follower(
            Topic<T> topic, String name, RecordHandler<T> handler, IntToLongFunction next) {
        return followerFrom(
                topic, name, handler, partition -> new PlaceAtStart(topic.name(), partition, next));
    }

    private <T extends SpecificRecord> ConcurrentMessageListenerContainer<byte[], byte[]> follower(
            Topic<T> topic, String name, RecordHandler<T> handler, SeekPosition from) {
        return followerFrom(
                topic,
                name,
                handler,
                partition -> new TopicPartitionOffset(topic.name(), partition, from));
    }

    private <T extends SpecificRecord>
            ConcurrentMessageListenerContainer<byte[], byte[]> followerFrom(
                    Topic<T> topic,
                    String name,
                    RecordHandler<T> handler,
                    IntFunction<TopicPartitionOffset> from) {
        Map<String, Object> consumer = settings.consumer(name);
        consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
        var partitions =
                IntStream.range(0, topic.partitions())
                        .mapToObj(from)
                        .toArray(TopicPartitionOffset[]::new);
        var properties = new ContainerProperties(partitions);
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        return container(name, decoding(topic, handler), consumer, properties);
    }

    /** A container that hands over the bytes. */
    public ConcurrentMessageListenerContainer<byte[], byte[]> listenRaw(
            String topic, String group, RawRecordHandler handler) {
        return container(topic, group, handler, settings.consumer(group));
    }

    private ConcurrentMessageListenerContainer<byte[], byte[]> container(
            String topic, String group, RawRecordHandler handler, Map<String, Object> config) {
        var properties = new ContainerProperties(topic);
        properties.setGroupId(group);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        return container(group, handler, config, properties);
    }

    private ConcurrentMessageListenerContainer<byte[], byte[]> container(
            String group,
            RawRecordHandler handler,
            Map<String, Object> config,
            ContainerProperties properties) {
        properties.setMessageListener(
                (ConsumerAwareMessageListener<byte[], byte[]>)
                        (record, consumer) -> {
                            acknowledgeTooEarly(record, consumer);
                            handle(
                                    group,
                                    record,
                                    _ ->
                                            Received.<Exception>traced(
                                                    record, null, () -> handler.handle(record)));
                        });
        return container(group, config, properties);
    }

    private ConcurrentMessageListenerContainer<byte[], byte[]> container(
            String group, Map<String, Object> config, ContainerProperties properties) {
        properties.setMissingTopicsFatal(false);
        var consumers = new DefaultKafkaConsumerFactory<byte[], byte[]>(config);
        var container = new ConcurrentMessageListenerContainer<>(consumers, properties);
        container.setBeanName(group);
        container.setCommonErrorHandler(retryForEver());
        return container;
    }

    /** Only for a planted bug: what is stored as read is not read again. */
    private static void acknowledgeTooEarly(
            ConsumerRecord<byte[], byte[]> record, @Nullable Consumer<?, ?> consumer) {
        if (consumer != null
                && PlantedBug.DEAD_LETTER_AFTER_ACKNOWLEDGE.isPlanted()
                && record.topic().equals(Topics.SCAN_DEAD_LETTERS.name())) {
            consumer.commitSync(
                    Map.of(
                            new TopicPartition(record.topic(), record.partition()),
                            new OffsetAndMetadata(record.offset() + 1)));
        }
    }

    private static DefaultErrorHandler retryForEver() {
        var backOff = new ExponentialBackOff(FIRST_WAIT_MILLIS, 2.0);
        backOff.setMaxInterval(LONGEST_WAIT_MILLIS);
        var handler = new DefaultErrorHandler(backOff);
        handler.setClassifications(Map.of(), true);
        handler.setLogLevel(KafkaException.Level.DEBUG);
        return handler;
    }

    private void handle(String group, ConsumerRecord<byte[], byte[]> record, Step step) {
        RequestId id = RequestId.from(record.headers()).orElseGet(RequestId::create);
        RequestContext.<RuntimeException>run(
                id,
                () -> {
                    try {
                        step.take(id);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new HandlingFailed("interrupted");
                    } catch (NotNowException e) {
                        failures(group).increment();
                        throw new HandlingFailed(e.toString());
                    } catch (Exception e) {
                        failures(group).increment();
                        log.warn(
                                "{} could not deal with {}-{}@{} and will try again: {}",
                                group,
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                e.toString());
                        log.debug("the whole failure", e);
                        throw new HandlingFailed(e.toString());
                    }
                });
    }

    /** A part of the work on a record, for the request that it belongs to. */
    @FunctionalInterface
    private interface Step {
        void take(RequestId id) throws Exception;
    }

    private Counter failures(String group) {
        return OwnMeter.LISTENER_FAILURES.counter(meters, "group", group);
    }

    /**
     * The container asks for the offset at each of its starts; a fixed one would be that of the
     * first.
     */
    private static final class PlaceAtStart extends TopicPartitionOffset {

        private final IntToLongFunction next;

        PlaceAtStart(String topic, int partition, IntToLongFunction next) {
            super(topic, partition);
            this.next = next;
        }

        @Override
        public Long getOffset() {
            return next.applyAsLong(getPartition());
        }
    }

    /** Tells the container to bring the record again; the reason was logged where it happened. */
    private static final class HandlingFailed extends RuntimeException {
        HandlingFailed(String message) {
            super(message, null, false, false);
        }
    }
}
