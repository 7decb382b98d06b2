package io.stepfree.deadletters.index;

import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.pattern.FailurePattern;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanRequest;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps each dead letter as one row, so that people can list, search and replay what died.
 *
 * <p>One that has been replayed as often as may be comes into quarantine at once, so that whoever
 * wants to replay it is told before the order.
 *
 * <p>Idempotent: the same life of a scan (scan id and number of replays) met again changes nothing,
 * one that was purged stays purged, and what is of a client whose data were erased after it was
 * submitted stays out. Thread-safe; blocks on the database and throws Jdbi's exceptions when it is
 * down, so that the record comes again.
 */
public final class DeadLetterIndex implements RecordHandler<DeadLetter> {

    private static final String INSERT =
            """
            insert into dead_letters.dead_letter (scan_id, replays, request_id, client, url, host, failure_type, message,
                http_status, cause, attempts, died_at, record, payload, topic, topic_partition, topic_offset,
                pattern, pattern_id, engine, batch_id, origin_topic, origin_partition, origin_offset,
                set_aside, state_by, state_reason, state_at)
            select :scanId, :replays, :requestId, :client, :url, :host, :failureType, :message,
                :httpStatus, :cause, :attempts, :diedAt, cast(:record as jsonb), :payload,
                :topic, :partition, :offset,
                :pattern, :patternId, :engine, :batchId, :originTopic, :originPartition, :originOffset,
                case when :held then 'quarantined' end, case when :held then 'loop guard' end,
                case when :held then :why end, case when :held then now() end
            where not exists (select from dead_letters.purged_letter where scan_id = :scanId and replays = :replays)
              and not exists (select from dead_letters.erasure where client = :client and ordered_at >= :submittedAt)
            on conflict (scan_id, replays) do nothing
            """;

    private static final String ERASED =
            "select exists (select from dead_letters.erasure where client = :client and ordered_at >= :submittedAt)";

    private static final String WITHOUT_FAILURE = "The dead letter names no failure.";

    private final Jdbi jdbi;
    private final JsonMapper json;
    private final LoopGuard guard;

    public DeadLetterIndex(Jdbi jdbi, JsonMapper json, LoopGuard guard) {
        this.jdbi = jdbi;
        this.json = json;
        this.guard = guard;
    }

    @Override
    public void handle(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
        jdbi.useHandle(handle -> insert(handle, letter, record));
    }

    /** Whether what is of this scan was erased with all data of its client. */
    public boolean erased(Handle handle, ScanRequest request) {
        return handle.createQuery(ERASED)
                .bind("client", StorableText.of(request.getClient()))
                .bind("submittedAt", request.getSubmittedAt())
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * The same within the caller's transaction.
     *
     * @return whether the index did not have it
     */
    public boolean insert(Handle handle, DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
        var readable = ReadableDeadLetter.of(letter);
        var request = readable.request();
        Optional<Origin> origin = Origin.of(record.headers());
        var insert =
                handle.createUpdate(INSERT)
                        .bind("scanId", request.scanId())
                        .bind("replays", request.replays())
                        .bind("requestId", request.requestId())
                        .bind("client", request.client())
                        .bind("url", request.url())
                        .bind("host", request.host())
                        .bind("cause", readable.cause())
                        .bind("attempts", readable.failures().size())
                        .bind("diedAt", readable.diedAt())
                        .bind("submittedAt", request.submittedAt())
                        .bind("record", json.writeValueAsString(readable))
                        .bind("payload", record.value())
                        .bind("topic", record.topic())
                        .bind("partition", record.partition())
                        .bind("offset", record.offset())
                        .bind("engine", readable.engine())
                        .bind("batchId", request.batchId())
                        .bind("held", guard.holds(request.replays()))
                        .bind("why", guard.sentence())
                        .bind("originTopic", origin.map(Origin::topic).orElse(null))
                        .bind("originPartition", origin.map(Origin::partition).orElse(null))
                        .bind("originOffset", origin.map(Origin::offset).orElse(null));
        // The schema forbids it, but a row that says so is better than a lost one.
        var last = readable.failures().isEmpty() ? null : readable.failures().getLast();
        String type = last == null ? "unknown" : last.type();
        String message = last == null ? WITHOUT_FAILURE : last.message();
        Integer httpStatus = last == null ? null : last.httpStatus();
        var pattern = FailurePattern.of(type, httpStatus, message, request.host());
        return insert.bind("failureType", type)
                        .bind("message", message)
                        .bind("httpStatus", httpStatus)
                        .bind("pattern", pattern.text())
                        .bind("patternId", pattern.id())
                        .execute()
                == 1;
    }
}
