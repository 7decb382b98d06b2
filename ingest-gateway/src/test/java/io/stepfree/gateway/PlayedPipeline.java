package io.stepfree.gateway;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.repeat.RepeatKey;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PublishedReport;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;

/** Does to scans what scheduler, worker and report-builder would, for a gateway without them. */
final class PlayedPipeline implements AutoCloseable {

    /** The engine that all results say they are of. */
    static final String ENGINE = "axe-core 4.14.1";

    private final RunningGateway gateway;
    private final TopicProbe<ScanCommand> requests;

    PlayedPipeline(RunningGateway gateway) {
        this.gateway = gateway;
        this.requests = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SCAN_REQUESTS);
    }

    /** The newest scan of a host, once there is one. */
    ScanRequest taken(String host) {
        return Awaitility.await()
                .until(
                        () ->
                                requests.received().stream()
                                        .map(record -> record.value().getRequest())
                                        .filter(Objects::nonNull)
                                        .filter(request -> request.getHost().equals(host))
                                        .reduce((_, last) -> last),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** How many scans of a host were taken. */
    long count(String host) {
        return requests.received().stream()
                .map(record -> record.value().getRequest())
                .filter(Objects::nonNull)
                .filter(request -> request.getHost().equals(host))
                .map(ScanRequest::getScanId)
                .distinct()
                .count();
    }

    /** The scan ends well; its page was seen now and wholly. */
    void complete(ScanRequest scan) {
        complete(scan, Instant.now(), "valid", ENGINE);
    }

    void complete(ScanRequest scan, Instant at, String validity, String engine) {
        report(scan, at, validity, engine);
        project(scan, "completed");
        tell(scan, at, engine);
    }

    /** Its report is there. */
    void report(ScanRequest scan, Instant at, String validity, String engine) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.report_view
                                VALUES (?, ?::jsonb, 'report.html', 'report.json', now(), ?, ?)
                                """,
                                scan.getScanId(),
                                """
                                {"scanId": "%s", "validity": "%s", "engine": "%s", "title": "Büro"}
                                """
                                        .formatted(scan.getScanId(), validity, engine),
                                RepeatKey.of(scan).orElse(null),
                                at));
    }

    /** The views show how it stands. */
    void project(ScanRequest scan, String status) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                    priority, status, attempt, submitted_at, updated_at, failure)
                                VALUES (?, 'request-1', ?, ?, ?, ?, 'HIGH', ?, 1, now(), now(), ?::jsonb)
                                ON CONFLICT (scan_id) DO UPDATE
                                    SET status = excluded.status, attempt = excluded.attempt, failure = excluded.failure
                                """,
                                scan.getScanId(),
                                scan.getClient(),
                                scan.getUrl(),
                                scan.getHost(),
                                scan.getStandard(),
                                status,
                                status.equals("dead_lettered")
                                        ? "{\"type\": \"http_error\", \"message\": \"The page answered 404.\", \"httpStatus\": 404}"
                                        : null));
    }

    /** All gateways hear that its report can be read. */
    void tell(ScanRequest scan, Instant at, String engine) {
        publish(
                event(scan, EventKind.REPORT_PUBLISHED)
                        .setReport(
                                PublishedReport.newBuilder()
                                        .setRepeatKey(RepeatKey.of(scan).orElse(""))
                                        .setEngine(engine)
                                        .setCompletedAt(at.truncatedTo(ChronoUnit.MILLIS))
                                        .build())
                        .build());
    }

    /** It failed for good. */
    void bury(ScanRequest scan) {
        project(scan, "dead_lettered");
        publish(
                event(scan, EventKind.DEAD_LETTERED)
                        .setFailure(
                                Failure.newBuilder()
                                        .setType(FailureType.HTTP_ERROR)
                                        .setMessage("The page answered 404.")
                                        .setHttpStatus(404)
                                        .build())
                        .build());
    }

    private static ScanEvent.Builder event(ScanRequest scan, EventKind kind) {
        return ScanEvent.newBuilder()
                .setScanId(scan.getScanId())
                .setRequestId("request-1")
                .setKind(kind)
                .setAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .setAttempt(1);
    }

    private void publish(ScanEvent event) {
        var _ =
                gateway.bean(RecordPublisher.class)
                        .publish(Topics.SCAN_EVENTS, event.getScanId(), event, RequestId.create());
    }

    @Override
    public void close() {
        requests.close();
    }
}
