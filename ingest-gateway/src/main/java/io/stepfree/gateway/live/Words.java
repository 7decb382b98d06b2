package io.stepfree.gateway.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts what is told on scan.events into the words of the streams. What pages and clients chose
 * comes out as JSON in one line of ASCII, so that none of it can end a line, a field or the event.
 * Stateless.
 */
final class Words {

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
                    .build();

    private Words() {}

    /**
     * What is told of a scan; the components are the JSON fields.
     *
     * @param attempt the attempt concerned, 0 before the first
     * @param url the page, with accepted only; so are standard, priority, batch and replays
     * @param nextAttemptAt when the next attempt is due, with retrying
     * @param failure what went wrong, with retrying and dead-lettered
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Step(
            String id,
            Instant at,
            int attempt,
            @Nullable String url,
            @Nullable String standard,
            @Nullable String priority,
            @Nullable String batch,
            @Nullable Integer replays,
            @Nullable Instant nextAttemptAt,
            @Nullable Reason failure) {}

    /** Why an attempt failed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Reason(String type, String message, @Nullable Integer httpStatus) {}

    /** How far a batch is; the same fields as its status has. */
    private record Progress(
            String id,
            String status,
            long accepted,
            long waiting,
            long running,
            long retrying,
            long completed,
            long deadLettered,
            long cancelled,
            Instant updatedAt) {}

    /** The event of the streams; empty for what concerns none. */
    static Optional<LiveEvent> of(ScanEvent event, int partition, long offset) {
        EventKind kind = event.getKind();
        return switch (kind) {
            case ACCEPTED,
                    DISPATCHED,
                    RETRYING,
                    COMPLETED,
                    DEAD_LETTERED,
                    CANCELLED,
                    REPORT_PUBLISHED ->
                    Optional.of(
                            new LiveEvent(
                                    Subject.scan(event.getScanId()),
                                    partition,
                                    offset,
                                    Mark.of(event, kind),
                                    kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                    JSON.writeValueAsString(step(event))));
            case BATCH_PROGRESS ->
                    Optional.ofNullable(event.getBatch())
                            .map(batch ->
                                    new LiveEvent(
                                            Subject.batch(batch.getBatchId()),
                                            partition,
                                            offset,
                                            Mark.of(batch, event.getAt()),
                                            "progress",
                                            JSON.writeValueAsString(
                                                    progress(batch, event.getAt()))));
            case UNKNOWN, LEDGER, OVERDUE -> Optional.empty();
        };
    }

    /** What is shown of a state; it may have parts that are JSON already. */
    static String of(Object view) {
        // Read again, because parts that are JSON already would be written as they are.
        return JSON.writeValueAsString(JSON.readTree(JSON.writeValueAsString(view)));
    }

    private static Step step(ScanEvent event) {
        ScanRequest request = event.getRequest();
        return new Step(
                event.getScanId(),
                event.getAt(),
                event.getAttempt(),
                request == null ? null : request.getUrl(),
                request == null ? null : request.getStandard(),
                request == null ? null : request.getPriority().name().toLowerCase(Locale.ROOT),
                request == null ? null : BatchIds.toClient(request.getBatchId()),
                request == null ? null : request.getReplays(),
                event.getNextAttemptAt(),
                reason(event.getFailure()));
    }

    private static @Nullable Reason reason(@Nullable Failure failure) {
        return failure == null
                ? null
                : new Reason(
                        failure.getType().name().toLowerCase(Locale.ROOT),
                        failure.getMessage(),
                        failure.getHttpStatus());
    }

    private static Progress progress(BatchProgress batch, Instant at) {
        return new Progress(
                Objects.requireNonNull(BatchIds.toClient(batch.getBatchId())),
                Mark.of(batch, at).isLast() ? "ended" : "open",
                batch.getAccepted(),
                batch.getWaiting(),
                batch.getRunning(),
                batch.getRetrying(),
                batch.getCompleted(),
                batch.getDeadLettered(),
                batch.getCancelled(),
                at);
    }
}
