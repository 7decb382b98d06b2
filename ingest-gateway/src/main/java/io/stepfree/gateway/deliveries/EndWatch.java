package io.stepfree.gateway.deliveries;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepfree.gateway.batches.BatchStatus;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.scans.ScanProjection;
import io.stepfree.gateway.scans.ScanStatus;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.kafka.BatchHandler;
import io.stepfree.platform.kafka.NotNowException;
import io.stepfree.platform.kafka.Received;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.ScanEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hears on scan.events that a scan or batch has ended and writes down whom to tell what. The offset
 * is stored after that, and the same end makes the same delivery, so that none is lost or doubled.
 * Thread-safe; while the database does not answer the event comes again and again.
 */
final class EndWatch implements BatchHandler<ScanEvent> {

    /** The views are a moment behind; after this they are not waited for. */
    private static final Duration PROJECTED_WITHIN = Duration.ofSeconds(20);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final CallbackBook book;
    private final ScanProjection projection;
    private final DeliveryQueue queue;
    private final Runnable whenAdded;
    private final JsonMapper json;
    private final InstantSource clock;

    /** The courier, who needs the database as well, tells of it. */
    private static final class DatabaseAwayException extends NotNowException {
        private static final long serialVersionUID = 1L;

        DatabaseAwayException(RuntimeException reason) {
            super(reason.toString());
        }
    }

    /** The body of a message. */
    record Message(String type, Instant timestamp, Object data) {}

    /** Where more can be read. */
    record Links(String self) {}

    /** What is told of a scan: its status, without the report. */
    record ScanData(@JsonUnwrapped ScanStatus status, Links links) {}

    /** What is told of a batch: its status. */
    record BatchData(@JsonUnwrapped BatchStatus status, Links links) {}

    EndWatch(
            CallbackBook book,
            ScanProjection projection,
            DeliveryQueue queue,
            Runnable whenAdded,
            JsonMapper json,
            InstantSource clock) {
        this.book = book;
        this.projection = projection;
        this.queue = queue;
        this.whenAdded = whenAdded;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public void handle(List<Received<ScanEvent>> batch)
            throws InterruptedException, NotNowException {
        try {
            // Few scans have somebody who is to be told; those who have none are asked for at once.
            Map<String, List<CallbackBook.Wish>> wishes =
                    book.ofScans(
                            batch.stream()
                                    .map(Received::value)
                                    .filter(event -> end(event).isPresent())
                                    .map(ScanEvent::getScanId)
                                    .collect(Collectors.toSet()));
            for (Received<ScanEvent> received : batch) {
                received.finish(() -> hear(received.value(), wishes));
            }
        } catch (BreakerOpenException e) {
            throw new DatabaseAwayException(e);
        } catch (JdbiException e) {
            if (e instanceof ConnectionException || SqlStates.tellOutage(e)) {
                throw new DatabaseAwayException(e);
            }
            throw e;
        }
    }

    private void hear(ScanEvent event, Map<String, List<CallbackBook.Wish>> wishes)
            throws InterruptedException {
        Optional<String> end = end(event);
        if (end.isPresent()) {
            for (CallbackBook.Wish wish : wishes.getOrDefault(event.getScanId(), List.of())) {
                scanEnded(event, end.get(), wish);
            }
        } else if (event.getKind() == EventKind.BATCH_PROGRESS) {
            batchMoved(event);
        }
    }

    /** What has become of a scan that this ends. */
    private static Optional<String> end(ScanEvent event) {
        return switch (event.getKind()) {
            case REPORT_PUBLISHED -> Optional.of("completed");
            case DEAD_LETTERED -> Optional.of("dead_lettered");
            case CANCELLED -> Optional.of("cancelled");
            case UNKNOWN,
                    ACCEPTED,
                    DISPATCHED,
                    RETRYING,
                    COMPLETED,
                    BATCH_PROGRESS,
                    LEDGER,
                    OVERDUE ->
                    Optional.empty();
        };
    }

    private void scanEnded(ScanEvent event, String status, CallbackBook.Wish wish)
            throws InterruptedException {
        ScanStatus standing =
                projected(wish.client(), event, status).orElseGet(() -> asTold(event, status));
        add(
                "%s %s %d".formatted(event.getScanId(), status, event.getAttempt()),
                wish,
                "scan." + status,
                event.getScanId(),
                event.getAt(),
                new ScanData(standing, new Links("/api/scans/" + event.getScanId())));
    }

    private void batchMoved(ScanEvent event) {
        BatchProgress told = event.getBatch();
        if (told == null) {
            return;
        }
        BatchStatus standing = BatchStatus.of(told, event.getAt());
        if (!standing.hasEnded()) {
            return;
        }
        for (CallbackBook.Wish wish : book.ofBatch(told.getBatchId())) {
            // While scans are still being taken in, those that are there may have ended.
            if (standing.accepted() >= wish.scans()) {
                add(
                        "%s %d %d %d %d"
                                .formatted(
                                        told.getBatchId(),
                                        standing.accepted(),
                                        standing.completed(),
                                        standing.deadLettered(),
                                        standing.cancelled()),
                        wish,
                        "batch.ended",
                        standing.id(),
                        event.getAt(),
                        new BatchData(standing, new Links("/api/batches/" + standing.id())));
            }
        }
    }

    private void add(
            String end,
            CallbackBook.Wish wish,
            String type,
            String subject,
            Instant at,
            Object data) {
        String url = wish.url();
        String about = "%s %s".formatted(end, url);
        queue.add(
                new DeliveryQueue.Order(
                        "msg_" + UUID.nameUUIDFromBytes(about.getBytes(StandardCharsets.UTF_8)),
                        wish.client(),
                        type,
                        subject,
                        url,
                        host(url),
                        json.writeValueAsString(new Message(type, at, data)),
                        wish.madeAt()));
        whenAdded.run();
    }

    private static String host(String url) {
        String host = URI.create(url).getHost();
        return host == null ? url : host;
    }

    /** The status as it can be asked for, once it is that of this end. */
    private Optional<ScanStatus> projected(String client, ScanEvent event, String status)
            throws InterruptedException {
        Instant patience = event.getAt().plus(PROJECTED_WITHIN);
        while (true) {
            Optional<ScanStatus> found =
                    projection
                            .findWithoutReport(client, event.getScanId())
                            .filter(known -> known.status().equals(status));
            if (found.isPresent() || !clock.instant().isBefore(patience)) {
                return found;
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /** What the event alone tells. */
    private ScanStatus asTold(ScanEvent event, String status) {
        Failure failure = event.getFailure();
        return new ScanStatus(
                event.getScanId(),
                null,
                null,
                null,
                status,
                null,
                null,
                event.getAttempt(),
                null,
                event.getRequestId(),
                null,
                event.getAt(),
                null,
                failure == null ? null : failure(failure),
                null,
                null);
    }

    private String failure(Failure failure) {
        ObjectNode told = json.createObjectNode();
        told.put("type", failure.getType().name().toLowerCase(Locale.ROOT));
        told.put("message", failure.getMessage());
        @Nullable Integer status = failure.getHttpStatus();
        if (status != null) {
            told.put("httpStatus", status);
        }
        return json.writeValueAsString(told);
    }
}
