package io.stepfree.deadletters.index;

import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.schemas.scan.DeadLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps each dead letter as one row, so that people can list, search and replay what died.
 *
 * <p>Idempotent: the same life of a scan (scan id and number of replays) met again changes nothing.
 * Thread-safe; blocks on the database and throws Jdbi's exceptions when it is down, so that the
 * record comes again.
 */
public final class DeadLetterIndex implements RecordHandler<DeadLetter> {

    private static final String INSERT =
            """
            insert into dead_letter (scan_id, replays, request_id, client, url, host, failure_type, message,
                http_status, cause, attempts, died_at, record, payload, topic, topic_partition, topic_offset)
            values (:scanId, :replays, :requestId, :client, :url, :host, :failureType, :message,
                :httpStatus, :cause, :attempts, :diedAt, cast(:record as jsonb), :payload,
                :topic, :partition, :offset)
            on conflict (scan_id, replays) do nothing
            """;

    private final Jdbi jdbi;
    private final JsonMapper json;

    public DeadLetterIndex(Jdbi jdbi, JsonMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    @Override
    public void handle(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
        var readable = ReadableDeadLetter.of(letter);
        var request = readable.request();
        jdbi.useHandle(handle -> {
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
                            .bind("record", json.writeValueAsString(readable))
                            .bind("payload", record.value())
                            .bind("topic", record.topic())
                            .bind("partition", record.partition())
                            .bind("offset", record.offset());
            if (readable.failures().isEmpty()) {
                // The schema forbids it, but a row that says so is better than a lost one.
                insert.bind("failureType", "unknown")
                        .bind("message", "The dead letter names no failure.")
                        .bind("httpStatus", (Integer) null);
            } else {
                var last = readable.failures().getLast();
                insert.bind("failureType", last.type())
                        .bind("message", last.message())
                        .bind("httpStatus", last.httpStatus());
            }
            insert.execute();
        });
    }
}
