package io.stepfree.load.chaos;

import io.stepfree.load.chaos.check.Checker;
import io.stepfree.load.chaos.check.Verdict;
import io.stepfree.load.chaos.driver.DriverLog;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Folders;
import io.stepfree.load.chaos.evidence.Tables;
import io.stepfree.load.chaos.evidence.TopicLog;
import io.stepfree.load.chaos.evidence.WorkerLogs;
import io.stepfree.load.chaos.nemesis.FaultRecord;
import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.chaos.site.TargetSite;
import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a pipeline that nobody breaks any more has come to rest, and keeps what is then to be
 * read. For one thread.
 */
final class Settling implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Looking takes processor time from what is looked at, so it rests between the looks. */
    private static final int PAUSES_A_LOOK = 4;

    /** Longer than any retry within the services waits. */
    private static final Duration STILL = Duration.ofSeconds(15);

    /** What is not yet so while something is still on its way. */
    private static final Set<String> AT_REST =
            Set.of(
                    "answeredKept",
                    "endedOnce",
                    "everyJobTaken",
                    "oneReportPerResult",
                    "statusTrue",
                    "batchesTrue",
                    "deadLettersByteEqual",
                    "replaysCarriedOut",
                    "booksBalance");

    private final Pipeline pipeline;
    private final TargetSite site;
    private final Path driverLog;
    private final int leastHits;
    private final TopicLog topics;

    /**
     * @param leastHits goes into the evidence
     */
    Settling(Pipeline pipeline, TargetSite site, Path driverLog, int leastHits) {
        this.pipeline = pipeline;
        this.site = site;
        this.driverLog = driverLog;
        this.leastHits = leastHits;
        this.topics = new TopicLog(pipeline.broker().address(), pipeline.registry());
    }

    /** Reads until all is at rest or the time is over; what it read last. */
    Evidence await(Duration limit, List<FaultRecord> faults, List<String> orphans)
            throws InterruptedException {
        long start = System.nanoTime();
        @Nullable Evidence evidence = null;
        long amount = -1;
        long unchangedSince = start;
        while (true) {
            long look = System.nanoTime();
            long took = look - start;
            boolean over = took > limit.toNanos();
            try {
                evidence = read(faults, orphans, took / 1_000_000);
                if (amount(evidence) != amount) {
                    amount = amount(evidence);
                    unchangedSince = System.nanoTime();
                }
                boolean still = System.nanoTime() - unchangedSince > STILL.toNanos();
                // At rest is not yet right: what is wrong and stays so need not be waited for.
                if (atRest(evidence) || (still && new Checker(evidence).open() == 0)) {
                    return evidence;
                }
            } catch (SQLException | IOException | KafkaException e) {
                if (over && evidence == null) {
                    throw new MeasurementException(
                            "The evidence cannot be read (%s).".formatted(e), e);
                }
            }
            if (over && evidence != null) {
                return read(faults, List.of(), orphans, -1, evidence);
            }
            long pause = Math.max(PAUSE.toNanos(), PAUSES_A_LOOK * (System.nanoTime() - look));
            TimeUnit.NANOSECONDS.sleep(pause);
        }
    }

    /** How much there is; it grows with whatever still moves. */
    private static long amount(Evidence evidence) {
        return (long) evidence.driver().size()
                + evidence.commands().size()
                + evidence.jobs().size()
                + evidence.events().size()
                + evidence.results().size()
                + evidence.deadLetters().size()
                + evidence.reportRows().size()
                + evidence.deadLetterRows().size()
                + evidence.takenJobs().size();
    }

    private static boolean atRest(Evidence evidence) {
        return new Checker(evidence)
                .verdicts().stream()
                        .filter(verdict -> AT_REST.contains(verdict.clause()))
                        // Books that were never kept will not come by waiting.
                        .filter(verdict ->
                                !evidence.books().isEmpty()
                                        || !verdict.clause().equals("booksBalance"))
                        .allMatch(Verdict::kept);
    }

    private static Evidence read(
            List<FaultRecord> faults,
            List<String> torn,
            List<String> orphans,
            long settled,
            Evidence last) {
        return new Evidence(
                last.driver(),
                faults,
                last.visits(),
                last.commands(),
                last.jobs(),
                last.results(),
                last.deadLetters(),
                last.events(),
                last.books(),
                last.unreadableRecords(),
                last.reportRows(),
                last.statusRows(),
                last.batchRows(),
                last.deadLetterRows(),
                last.replayRows(),
                last.unreadableRows(),
                last.reportFolders(),
                torn,
                last.takenJobs(),
                orphans,
                settled,
                last.leastHits());
    }

    private Evidence read(List<FaultRecord> faults, List<String> orphans, long settled)
            throws SQLException, IOException {
        topics.catchUp();
        try (var connection = pipeline.database().connect()) {
            var tables = new Tables(connection);
            var taken = new ArrayList<>(WorkerLogs.taken(pipeline.part(Service.WORKER_1).log()));
            taken.addAll(WorkerLogs.taken(pipeline.part(Service.WORKER_2).log()));
            return new Evidence(
                    DriverLog.read(driverLog),
                    faults,
                    site.visits(),
                    topics.commands(),
                    topics.jobs(),
                    topics.results(),
                    topics.deadLetters(),
                    List.copyOf(topics.events()),
                    topics.books(),
                    topics.unreadable(),
                    tables.reports(),
                    tables.statuses(),
                    tables.batches(),
                    tables.deadLetters(),
                    tables.replays(),
                    tables.unreadable(),
                    Folders.reports(pipeline.settings().reports()),
                    // That is looked at once, in the end.
                    List.of(),
                    taken,
                    orphans,
                    settled,
                    leastHits);
        }
    }

    /** The same evidence with what was found when all had been stopped. */
    static Evidence stopped(Evidence evidence, List<String> torn, List<String> orphans) {
        return read(evidence.faults(), torn, orphans, evidence.settledAfterMillis(), evidence);
    }

    @Override
    public void close() {
        topics.close();
    }
}
