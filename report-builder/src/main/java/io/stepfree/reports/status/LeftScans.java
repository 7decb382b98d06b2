package io.stepfree.reports.status;

import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteCommandKind;
import io.stepfree.schemas.topic.Topics;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Tells on the topics of scans and sites whose client's data are erased. Each may be told again.
 * Thread-safe; throws as {@link RecordPublisher} does.
 */
public final class LeftScans implements StatusProjection.Left {

    private final RecordPublisher publisher;
    private final InstantSource clock;

    public LeftScans(RecordPublisher publisher, InstantSource clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Orders that a scan end, if it has not: nobody is to see what would come of it. */
    @Override
    public void cancel(String scanId, String host, String requestId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        publisher.publish(
                Topics.SCAN_REQUESTS,
                host,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId(scanId)
                        .setRequestId(requestId)
                        .setIssuedAt(now)
                        .build(),
                RequestId.saneOr(requestId));
    }

    /** Orders that no more pages of a site be looked for, and that its open scans end. */
    public void cancelSite(String siteId, String requestId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        publisher.publish(
                Topics.SITE_COMMANDS,
                siteId,
                SiteCommand.newBuilder()
                        .setKind(SiteCommandKind.CANCEL)
                        .setSiteId(siteId)
                        .setRequestId(requestId)
                        .setIssuedAt(now)
                        .build(),
                RequestId.saneOr(requestId));
    }

    /** Puts a tombstone behind the events of a scan, for whoever keeps what they told. */
    @Override
    public void bury(String scanId, String requestId) {
        publisher.publishTombstone(Topics.SCAN_EVENTS, scanId, RequestId.saneOr(requestId));
    }
}
