package io.stepfree.reports.relook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.request.MadeScanId;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ReportChanges;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a page looked at again when something serious or critical is new on it, so that an alert does
 * not wait for whenever somebody scans it next. Whether it is, is decided once; the order may be
 * sent again, with equal content but for its time, and is carried out once. A look that was ordered
 * so orders none. Thread-safe.
 */
public final class Relooks {

    private static final Logger log = LoggerFactory.getLogger(Relooks.class);

    private final RelookBook book;
    private final RecordPublisher publisher;
    private final InstantSource clock;
    private final boolean on;
    private final Counter ordered;
    private final Counter leftOut;

    /**
     * @param jdbi the database, its schema migrated
     * @param mostPerHour how many looks are ordered for one client within an hour; 0 for none
     */
    public Relooks(
            Jdbi jdbi,
            int mostPerHour,
            RecordPublisher publisher,
            MeterRegistry meters,
            InstantSource clock) {
        this.book = new RelookBook(jdbi, mostPerHour);
        this.on = mostPerHour > 0;
        this.publisher = publisher;
        this.clock = clock;
        this.ordered = OwnMeter.REPORTS_RELOOKS.counter(meters, "outcome", "ordered");
        this.leftOut = OwnMeter.REPORTS_RELOOKS.counter(meters, "outcome", "left_out");
    }

    /**
     * Decides of which of these scans, whose comparisons are written, the pages are looked at
     * again. Asks the database only where something is new, or where it may have been decided
     * before.
     *
     * @param scans the scans
     * @param changes what has changed with them, by scan
     * @param before those whose rows were there when their results came: what was decided of them
     *     stands, whatever has changed since
     * @return the ids of those whose looks are to be ordered, as they are stored
     */
    public Set<String> decide(
            List<ScanRequest> scans, Map<String, ReportChanges> changes, Set<String> before) {
        var asked = new LinkedHashMap<String, ScanRequest>();
        for (ScanRequest scan : scans) {
            String scanId = StorableText.of(scan.getScanId());
            ReportChanges changed = changes.get(scanId);
            if (on && changed != null && changed.getFresh() > 0 && mayBeRepeated(scan)) {
                asked.put(scanId, scan);
            }
        }
        var decided = new HashSet<String>();
        if (!before.isEmpty()) {
            decided.addAll(book.ordered(before));
        }
        if (!asked.isEmpty()) {
            decided.addAll(decide(asked));
        }
        return decided;
    }

    private Set<String> decide(Map<String, ScanRequest> asked) {
        var ids = new LinkedHashMap<String, String>();
        asked.forEach((scanId, scan) -> ids.put(scanId, relookId(scan)));
        RelookBook.Decided decided =
                book.decide(
                        asked.values().stream()
                                .map(scan -> StorableText.of(scan.getClient()))
                                .collect(Collectors.toSet()),
                        ids);
        ordered.increment(decided.ordered());
        leftOut.increment(decided.leftOut());
        return decided.scanIds();
    }

    /** One that was brought back from the dead letters is no look of now. */
    private static boolean mayBeRepeated(ScanRequest scan) {
        return scan.getReplays() == 0 && scan.getOptions().getSecrets() == null;
    }

    /**
     * Which of these scans looked at their pages again because that was ordered. Asks the database
     * only of those that may have.
     *
     * @return their ids as they are stored
     */
    public Set<String> secondLooks(List<ScanRequest> scans) {
        List<String> asked =
                scans.stream()
                        .filter(Relooks::mayBeSecondLook)
                        .map(scan -> StorableText.of(scan.getScanId()))
                        .toList();
        return asked.isEmpty() ? Set.of() : book.secondLooks(asked);
    }

    /** See {@link #again}. */
    private static boolean mayBeSecondLook(ScanRequest scan) {
        return scan.getPriority() == Priority.LOW
                && scan.getBatchId() == null
                && scan.getSite() == null;
    }

    /** Orders the look that was decided because of this scan, and does not wait for the broker. */
    public RecordPublisher.OnItsWay order(ScanRequest first) {
        ScanRequest again = again(first);
        log.info(
                "Ordered scan {} to look again at the page of scan {}, on which something is new",
                again.getScanId(),
                first.getScanId());
        return publisher.publishLater(
                Topics.SCAN_REQUESTS,
                again.getHost(),
                ScanCommand.newBuilder()
                        .setKind(CommandKind.SUBMIT)
                        .setScanId(again.getScanId())
                        .setRequestId(again.getRequestId())
                        .setIssuedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                        .setRequest(again)
                        .build(),
                RequestId.saneOr(again.getRequestId()));
    }

    /** Of the moment of the first scan, beside which it stands in whatever is ordered by ids. */
    private static String relookId(ScanRequest first) {
        return MadeScanId.of(first.getSubmittedAt(), "relook\n" + first.getScanId());
    }

    /**
     * The same scan, but of no batch and no site, whose pages are counted. It counts as submitted
     * when the first one was, so that whatever erases that covers it, too.
     */
    private static ScanRequest again(ScanRequest first) {
        return ScanRequest.newBuilder(first)
                .setScanId(relookId(first))
                .setPriority(Priority.LOW)
                .setBatchId(null)
                .setSite(null)
                .setEarlierAttempts(0)
                .build();
    }
}
