package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.DeadLetterIndex;
import io.stepfree.deadletters.index.StorableText;
import io.stepfree.deadletters.topic.Stretch;
import io.stepfree.deadletters.topic.TopicReader;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.serde.AvroDeserializer;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the dead letters of a stretch of {@code scan.dead-letters} itself, for when the index has
 * lost them. Each is put back into the index first, so that guard, lineage and audit hold for it as
 * for any other.
 *
 * <p>The index that lost a dead letter has also forgotten whether it was replayed. So for those
 * that were lost, what has been written since is read as well: a later dead letter of the same
 * scan, or the replay itself on {@code scan.requests}, which keeps 7 days; after that, the
 * scheduler still knows the scan for a day and ignores a life that it has had. Blocks on the broker
 * and on the database.
 */
final class SpanReader {

    private static final String CHOOSE =
            """
            insert into dead_letters.replay_item (replay_id, scan_id, replays, ordinal, state)
            values (:replayId, :scanId, :replays, :ordinal, 'held')
            on conflict (replay_id, scan_id, replays) do nothing
            """;

    private static final String UNPURGE =
            "delete from dead_letters.purged_letter where scan_id = :scanId and replays = :replays";

    private static final String BEGUN_SINCE =
            """
            update dead_letters.dead_letter set replayed_at = now()
            where scan_id = :scanId and replays < :begun and replayed_at is null
            """;

    private static final Duration SKEW = Duration.ofMinutes(1);

    private final DeadLetterIndex index;
    private final AvroDeserializer<DeadLetter> deadLetters;
    private final AvroDeserializer<ScanCommand> commands;
    private final Supplier<Map<String, Object>> kafka;

    SpanReader(DeadLetterIndex index, AvroSerdes serdes, Supplier<Map<String, Object>> kafka) {
        this.index = index;
        this.deadLetters = serdes.deserializer(Topics.SCAN_DEAD_LETTERS);
        this.commands = serdes.deserializer(Topics.SCAN_REQUESTS);
        this.kafka = kafka;
    }

    /**
     * Puts what the span holds into the replay, as items that are not yet claimed.
     *
     * @return how many records of it could not be read
     * @throws io.stepfree.deadletters.topic.OutsideTopicException when the topic does not hold it
     */
    int choose(Handle handle, String replayId, ReadablePlan.Span span) {
        var choice = new Choice(handle, replayId, span);
        try (var topic = new TopicReader(kafka, Topics.SCAN_DEAD_LETTERS.name())) {
            topic.read(stretches(topic, span), choice::take);
            if (!choice.lost.isEmpty()) {
                var since =
                        choice.earliest.entrySet().stream()
                                .map(first -> topic.rest(first.getKey(), first.getValue()))
                                .toList();
                topic.read(
                        since,
                        record ->
                                read(
                                        deadLetters,
                                        record,
                                        (letter, _) ->
                                                choice.begun(
                                                        letter.getRequest().getScanId(),
                                                        letter.getRequest().getReplays())));
                readRequests(choice);
                choice.markBegun();
            }
        }
        return choice.undecodable;
    }

    private static List<Stretch> stretches(TopicReader topic, ReadablePlan.Span span) {
        List<ReadablePlan.Offsets> offsets = span.offsets();
        return offsets == null
                ? topic.written(span.from(), span.to())
                : topic.held(
                        offsets.stream()
                                .map(part -> new Stretch(part.partition(), part.from(), part.to()))
                                .toList());
    }

    private void readRequests(Choice choice) {
        try (var topic = new TopicReader(kafka, Topics.SCAN_REQUESTS.name())) {
            // Clocks of services differ a little.
            topic.read(
                    topic.written(choice.oldest.minus(SKEW), null),
                    record ->
                            read(
                                    commands,
                                    record,
                                    (command, _) -> {
                                        var request = command.getRequest();
                                        if (request != null) {
                                            choice.begun(request.getScanId(), request.getReplays());
                                        }
                                    }));
        }
    }

    /** Hands over what can be read; says whether it could be. */
    private static <T extends SpecificRecord> boolean read(
            AvroDeserializer<T> deserializer,
            ConsumerRecord<byte[], byte[]> record,
            BiConsumer<T, ConsumerRecord<byte[], byte[]>> handler) {
        T value;
        try {
            value = deserializer.deserialize(record.topic(), record.value());
        } catch (UndecodableRecordException _) {
            // The reader of that topic has kept it aside.
            return false;
        }
        if (value != null) {
            handler.accept(value, record);
        }
        return true;
    }

    /** One choice under way. */
    private final class Choice {

        private final Handle handle;
        private final String replayId;
        private final @Nullable Instant from;
        private final @Nullable Instant to;

        /** The scans that the index had lost a dead letter of, with the newest life that began. */
        private final Map<String, Integer> lost = new HashMap<>();

        private final Map<Integer, Long> earliest = new HashMap<>();
        private Instant oldest = Instant.MAX;
        private int ordinal;
        private int undecodable;

        Choice(Handle handle, String replayId, ReadablePlan.Span span) {
            this.handle = handle;
            this.replayId = replayId;
            boolean byTime = span.offsets() == null;
            this.from = byTime ? span.from() : null;
            this.to = byTime ? span.to() : null;
        }

        void take(ConsumerRecord<byte[], byte[]> record) {
            Instant written = Instant.ofEpochMilli(record.timestamp());
            if ((from != null && written.isBefore(from)) || (to != null && !written.isBefore(to))) {
                return;
            }
            if (!read(deadLetters, record, this::take)) {
                undecodable++;
            }
        }

        private void take(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
            if (index.erased(handle, letter.getRequest())) {
                // It lies there until its time is over, and is nobody's any more.
                return;
            }
            String scanId = StorableText.of(letter.getRequest().getScanId());
            int replays = letter.getRequest().getReplays();
            // Whoever replays a stretch of the topic wants also what was purged from the index.
            handle.createUpdate(UNPURGE).bind("scanId", scanId).bind("replays", replays).execute();
            if (index.insert(handle, letter, record)) {
                lost.putIfAbsent(scanId, 0);
                earliest.merge(record.partition(), record.offset(), Math::min);
                if (letter.getDiedAt().isBefore(oldest)) {
                    oldest = letter.getDiedAt();
                }
            }
            handle.createUpdate(CHOOSE)
                    .bind("replayId", replayId)
                    .bind("scanId", scanId)
                    .bind("replays", replays)
                    .bind("ordinal", ordinal++)
                    .execute();
        }

        void begun(String scanId, int replays) {
            lost.computeIfPresent(scanId, (_, newest) -> Math.max(newest, replays));
        }

        void markBegun() {
            lost.forEach((scanId, begun) -> {
                if (begun > 0) {
                    handle.createUpdate(BEGUN_SINCE)
                            .bind("scanId", scanId)
                            .bind("begun", begun)
                            .execute();
                }
            });
        }
    }
}
