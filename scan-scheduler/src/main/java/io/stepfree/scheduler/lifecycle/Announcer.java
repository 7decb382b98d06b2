package io.stepfree.scheduler.lifecycle;

import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.BatchStep;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.Ledger;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.ScanState;
import io.stepfree.schemas.scan.SitePage;
import io.stepfree.schemas.scan.Standing;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Says on the topics what happens to scans. For one thread. */
final class Announcer implements ScanRows.Follower {

    private static final int LONGEST_MESSAGE = 300;

    private final ProcessorContext<String, SpecificRecord> context;

    Announcer(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
    }

    void job(ScanJob job) {
        send(SchedulerTopology.JOBS, null, job, job.getRequest());
    }

    void result(ScanResult result) {
        ScanRequest request = result.getRequest();
        send(SchedulerTopology.RESULTS, request.getHost(), result, request);
    }

    /**
     * The headers tell a person who looks at the record alone what happened, in words that also fit
     * a narrow column.
     */
    void deadLetter(DeadLetter letter, ScanState state) {
        ScanRequest request = letter.getRequest();
        RecordHeaders headers = headers(request);
        AttemptFailure first = letter.getFailures().getFirst();
        AttemptFailure last = letter.getFailures().getLast();
        String message = last.getFailure().getMessage();
        text(
                headers,
                "stepfree.failure.type",
                last.getFailure().getType().name().toLowerCase(Locale.ROOT));
        text(
                headers,
                "stepfree.failure.message",
                message.length() <= LONGEST_MESSAGE
                        ? message
                        : message.substring(0, LONGEST_MESSAGE - 1) + "…");
        text(headers, "stepfree.attempts", Integer.toString(letter.getFailures().size()));
        text(headers, "stepfree.first.attempt.at", first.getStartedAt().toString());
        text(headers, "stepfree.last.attempt.at", last.getStartedAt().toString());
        text(headers, "stepfree.origin.topic", Topics.SCAN_REQUESTS.name());
        text(headers, "stepfree.origin.partition", Integer.toString(state.getOriginPartition()));
        text(headers, "stepfree.origin.offset", Long.toString(state.getOriginOffset()));
        send(SchedulerTopology.DEAD_LETTERS, request.getHost(), letter, headers);
    }

    /** A change of one scan's state that needs no more words. */
    void event(ScanRequest request, EventKind kind, int attempt) {
        event(request, kind, attempt, null, null);
    }

    void event(
            ScanRequest request,
            EventKind kind,
            int attempt,
            @Nullable Failure failure,
            @Nullable Instant nextAttemptAt) {
        ScanEvent event =
                ScanEvent.newBuilder()
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setKind(kind)
                        .setAt(now())
                        .setAttempt(attempt)
                        .setRequest(kind == EventKind.ACCEPTED ? request : null)
                        .setFailure(failure)
                        .setNextAttemptAt(nextAttemptAt)
                        .setBatchId(request.getBatchId())
                        .build();
        send(SchedulerTopology.EVENTS, request.getScanId(), event, request);
    }

    void ledger(Ledger ledger) {
        ScanEvent event =
                ScanEvent.newBuilder()
                        .setScanId("")
                        .setRequestId("")
                        .setKind(EventKind.LEDGER)
                        .setAt(now())
                        .setLedger(ledger)
                        .build();
        send(
                SchedulerTopology.EVENTS,
                "ledger-" + ledger.getPartition(),
                event,
                new RecordHeaders());
    }

    @Override
    public void moved(ScanRequest request, Standing to) {
        String batchId = request.getBatchId();
        if (batchId != null) {
            BatchStep step =
                    BatchStep.newBuilder()
                            .setBatchId(batchId)
                            .setClient(request.getClient())
                            .setScanId(request.getScanId())
                            .setHost(request.getHost())
                            .setState(to)
                            .setRequestId(request.getRequestId())
                            .setReplays(request.getReplays())
                            .build();
            send(SchedulerTopology.BATCH_STEPS, batchId, step, request);
        }
    }

    /**
     * How the scan of a page of a site ended; nothing is told for one of its own.
     *
     * @param seen the page; null where none was
     */
    void sitePage(ScanRequest request, Standing ended, @Nullable PageResult seen) {
        if (request.getSite() == null) {
            return;
        }
        SitePage page =
                SitePage.newBuilder()
                        .setSiteId(request.getSite().getSiteId())
                        .setRequestId(request.getRequestId())
                        .setScanId(request.getScanId())
                        .setEnded(ended)
                        .setFinalUrl(seen == null ? "" : seen.getFinalUrl())
                        .setView(seen == null ? null : seen.getSite())
                        .setRules(seen == null ? List.of() : rules(seen))
                        .build();
        send(SchedulerTopology.ENDED_PAGES, page.getSiteId(), page, request);
    }

    private static List<String> rules(PageResult page) {
        return Stream.concat(page.getViolations().stream(), page.getNeedsReview().stream())
                .map(Finding::getRule)
                .distinct()
                .toList();
    }

    void cancelBatch(String batchId, String requestId) {
        BatchStep step =
                BatchStep.newBuilder()
                        .setBatchId(batchId)
                        .setClient("")
                        .setScanId("")
                        .setHost("")
                        .setState(null)
                        .setRequestId(requestId)
                        .build();
        var headers = new RecordHeaders();
        RequestId.saneOr(requestId).writeTo(headers);
        send(SchedulerTopology.BATCH_STEPS, batchId, step, headers);
    }

    private void send(
            String sink, @Nullable String key, SpecificRecord value, ScanRequest request) {
        send(sink, key, value, headers(request));
    }

    private void send(String sink, @Nullable String key, SpecificRecord value, Headers headers) {
        context.forward(new Record<>(key, value, now().toEpochMilli(), headers), sink);
    }

    private static RecordHeaders headers(ScanRequest request) {
        var headers = new RecordHeaders();
        RequestId.saneOr(request.getRequestId()).writeTo(headers);
        Traces.writeTo(headers, request.getTraceparent());
        return headers;
    }

    private static void text(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
}
