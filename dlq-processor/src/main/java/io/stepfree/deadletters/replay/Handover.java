package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.LoopGuard;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.RecordRefusedException;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.Lineage;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroDeserializer;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands one dead letter back to {@code scan.requests} as the next life of its scan: the old id, the
 * attempt numbers going on, and the lineage back to the dead letter.
 *
 * <p>It works inside the caller's transaction: the row is locked, the scan published, the row
 * marked. So two replays never hand on the same dead letter, and after a crash between publishing
 * and the commit the row is still dead and goes once more: the same life again, which the scheduler
 * ignores. It can never be lost. Thread-safe.
 */
final class Handover {

    private static final Logger log = LoggerFactory.getLogger(Handover.class);

    private static final String LOCK =
            """
            select payload, state, state_at, claimed_by, topic, topic_partition, topic_offset,
                   (select upper(first.record -> 'request' ->> 'priority')
                    from dead_letters.dead_letter first
                    where first.scan_id = :scanId
                    order by first.replays
                    limit 1) as first_priority
            from dead_letters.dead_letter
            where scan_id = :scanId and replays = :replays
            for update
            """;

    private static final String MARK =
            """
            update dead_letters.dead_letter set replayed_at = now(), replay_id = :replayId, claimed_by = null
            where scan_id = :scanId and replays = :replays
            """;

    private static final String QUARANTINE =
            """
            update dead_letters.dead_letter set set_aside = 'quarantined', state_by = 'loop guard', state_at = now(),
                state_reason = :why, claimed_by = null
            where scan_id = :scanId and replays = :replays
            """;

    /* Whoever set it aside has cleared it already; what only could not be sent must be free again. */
    private static final String LET_GO =
            """
            update dead_letters.dead_letter set claimed_by = null
            where scan_id = :scanId and replays = :replays and claimed_by = :replayId
            """;

    /**
     * Who hands it on, and how.
     *
     * @param replayId the replay, or the order of a single one
     * @param orderedAt when it was ordered
     * @param behindFreshScans whether the scan goes with low priority, whatever it had: many at
     *     once must not stand in the way of those that people wait for; otherwise it goes with the
     *     priority of the first life that is still kept, which no replay of many has lowered
     */
    record Errand(String replayId, Instant orderedAt, boolean behindFreshScans) {}

    private record Row(
            ByteBuffer payload,
            String state,
            boolean judgedByAnOperator,
            @Nullable String claimedBy,
            String topic,
            int partition,
            long offset,
            Priority firstPriority) {}

    private final RecordPublisher publisher;
    private final AvroDeserializer<DeadLetter> deadLetters;
    private final LoopGuard guard;

    Handover(RecordPublisher publisher, AvroSerdes serdes, LoopGuard guard) {
        this.publisher = publisher;
        this.deadLetters = serdes.deserializer(Topics.SCAN_DEAD_LETTERS);
        this.guard = guard;
    }

    /**
     * Hands it on, or says why it does not go; the errand's claim on it is over either way.
     *
     * @throws io.stepfree.platform.kafka.BrokerUnavailableException when the broker did not
     *     acknowledge in time; the transaction must be rolled back
     */
    Optional<LeftAlone> handOn(Handle handle, String scanId, int replays, Errand errand) {
        Optional<Row> found =
                handle.createQuery(LOCK)
                        .bind("scanId", scanId)
                        .bind("replays", replays)
                        .map((row, context) -> row(row))
                        .findOne();
        Optional<LeftAlone> obstacle =
                found.map(row -> obstacle(row, replays, errand))
                        .orElse(Optional.of(LeftAlone.PURGED));
        if (obstacle.isEmpty()) {
            obstacle = publish(handle, found.orElseThrow(), scanId, replays, errand);
        } else if (obstacle.get() == LeftAlone.LOOP_GUARD) {
            handle.createUpdate(QUARANTINE)
                    .bind("scanId", scanId)
                    .bind("replays", replays)
                    .bind("why", guard.sentence())
                    .execute();
        }
        if (obstacle.isPresent()) {
            handle.createUpdate(LET_GO)
                    .bind("scanId", scanId)
                    .bind("replays", replays)
                    .bind("replayId", errand.replayId())
                    .execute();
        }
        return obstacle;
    }

    private Optional<LeftAlone> obstacle(Row row, int replays, Errand errand) {
        return switch (row.state()) {
            case "replayed" -> Optional.of(LeftAlone.ALREADY_REPLAYED);
            case "quarantined" -> Optional.of(LeftAlone.QUARANTINED);
            case "discarded" -> Optional.of(LeftAlone.DISCARDED);
            default -> {
                if (row.claimedBy() != null && !row.claimedBy().equals(errand.replayId())) {
                    yield Optional.of(LeftAlone.IN_ANOTHER_REPLAY);
                }
                yield guard.holds(replays) && !row.judgedByAnOperator()
                        ? Optional.of(LeftAlone.LOOP_GUARD)
                        : Optional.empty();
            }
        };
    }

    private Optional<LeftAlone> publish(
            Handle handle, Row row, String scanId, int replays, Errand errand) {
        ScanRequest request;
        try {
            request =
                    nextLife(
                            deadLetters.deserialize(row.topic(), row.payload().array()),
                            row,
                            errand);
            publisher.publish(
                    Topics.SCAN_REQUESTS,
                    request.getHost(),
                    ScanCommand.newBuilder()
                            .setKind(CommandKind.SUBMIT)
                            .setScanId(request.getScanId())
                            .setRequestId(request.getRequestId())
                            .setIssuedAt(errand.orderedAt())
                            .setRequest(request)
                            .build(),
                    RequestId.saneOr(request.getRequestId()));
        } catch (UndecodableRecordException e) {
            log.error("a replay of scan {} is impossible: {}", scanId, e.getMessage());
            return Optional.of(LeftAlone.UNDECODABLE);
        } catch (RecordRefusedException e) {
            log.error("a replay of scan {} is impossible: {}", scanId, e.getMessage());
            return Optional.of(LeftAlone.TOO_LARGE);
        } catch (RegistryException.Refused e) {
            log.error("a replay of scan {} is impossible: {}", scanId, e.getMessage());
            return Optional.of(LeftAlone.REGISTRY_REFUSED);
        }
        handle.createUpdate(MARK)
                .bind("replayId", errand.replayId())
                .bind("scanId", scanId)
                .bind("replays", replays)
                .execute();
        log.debug(
                "replay {}: scan {} starts life {} after attempt {}",
                errand.replayId(),
                scanId,
                request.getReplays(),
                request.getEarlierAttempts());
        return Optional.empty();
    }

    private static ScanRequest nextLife(DeadLetter letter, Row row, Errand errand) {
        ScanRequest request = letter.getRequest();
        int lastAttempt =
                letter.getFailures().stream()
                        .mapToInt(AttemptFailure::getAttempt)
                        .max()
                        .orElse(request.getEarlierAttempts());
        return ScanRequest.newBuilder(request)
                .setReplays(request.getReplays() + 1)
                .setEarlierAttempts(lastAttempt)
                .setPriority(errand.behindFreshScans() ? Priority.LOW : row.firstPriority())
                .setLineage(
                        Lineage.newBuilder()
                                .setReplayId(errand.replayId())
                                .setTopic(row.topic())
                                .setPartition(row.partition())
                                .setOffset(row.offset())
                                .setDiedAt(letter.getDiedAt())
                                .build())
                .build();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                ByteBuffer.wrap(row.getBytes("payload")),
                row.getString("state"),
                row.getTimestamp("state_at") != null,
                row.getString("claimed_by"),
                row.getString("topic"),
                row.getInt("topic_partition"),
                row.getLong("topic_offset"),
                Priority.valueOf(row.getString("first_priority")));
    }
}
