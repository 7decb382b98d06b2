package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Publishes what clients order. Each method returns once the broker has the order safely, and
 * throws what {@link RecordPublisher#publish} throws. Thread-safe.
 */
public final class ScanIntake {

    private static final Logger LOG = LoggerFactory.getLogger(ScanIntake.class);

    private final RecordPublisher publisher;
    private final RecentScans recent;
    private final Clock clock;
    private final ScanIds ids = new ScanIds();

    public ScanIntake(RecordPublisher publisher, RecentScans recent, Clock clock) {
        this.publisher = publisher;
        this.recent = recent;
        this.clock = clock;
    }

    ScanRequest submit(NewScan scan, RequestId requestId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ScanRequest request =
                ScanRequest.newBuilder()
                        .setScanId(ids.next(now).toString())
                        .setRequestId(requestId.value())
                        .setUrl(scan.url())
                        .setHost(scan.host())
                        .setStandard(scan.standard().text())
                        .setPriority(scan.priority())
                        .setOptions(scan.options())
                        .setSubmittedAt(now)
                        .build();
        publish(
                ScanCommand.newBuilder()
                        .setKind(CommandKind.SUBMIT)
                        .setScanId(request.getScanId())
                        .setRequestId(requestId.value())
                        .setIssuedAt(now)
                        .setRequest(request)
                        .build(),
                request.getHost(),
                requestId);
        recent.remember(request);
        return request;
    }

    /**
     * @param host the host of the scan's target, so that the order comes after the scan's own
     */
    void cancel(String scanId, String host, RequestId requestId) {
        publish(
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId(scanId)
                        .setRequestId(requestId.value())
                        .setIssuedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                        .build(),
                host,
                requestId);
    }

    private void publish(ScanCommand command, String host, RequestId requestId) {
        try (var _ = MDC.putCloseable("scanId", command.getScanId())) {
            publisher.publish(Topics.SCAN_REQUESTS, host, command, requestId);
            LOG.info("Took the order to {} a scan of {}", command.getKind(), host);
        }
    }
}
