package io.stepfree.load.chaos.evidence;

import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.nemesis.FaultRecord;
import io.stepfree.load.chaos.site.Visit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a run left to be read, so that it can be judged without the run. Times are milliseconds
 * of the epoch; a life of a scan is its id and how often it had been replayed.
 *
 * @param driver what the driver asked and was answered
 * @param faults what was done to the pipeline
 * @param visits what the site was asked for
 * @param commands the topic scan.requests
 * @param jobs the topic scan.jobs
 * @param results the topic scan.results
 * @param deadLetters the topic scan.dead-letters
 * @param events the topic scan.events, without the books
 * @param books the books on scan.events, the last for each partition and client
 * @param unreadableRecords how many records are on ops.unreadable
 * @param reportRows the table of reports
 * @param statusRows the table of states
 * @param batchRows the table of batches
 * @param deadLetterRows the table of dead letters
 * @param replayRows the table of replay orders
 * @param unreadableRows how many rows the table of unreadable records has
 * @param reportFolders the folders with reports, by scan id, and what is in each
 * @param tornReports the files of reports that are not whole, or of another scan, a line each
 * @param takenJobs what the workers' logs say they took, as scan id and attempt
 * @param orphans processes and folders that were left behind, a line each
 * @param settledAfterMillis how long it took from the end of the faults until nothing moved any
 *     more; -1 when something still did or was missing
 * @param leastHits how many kills had to hit a scan in flight; a run that hits fewer proves nothing
 */
public record Evidence(
        List<DriverEntry> driver,
        List<FaultRecord> faults,
        List<Visit> visits,
        List<Command> commands,
        List<Job> jobs,
        List<Result> results,
        List<Dead> deadLetters,
        List<Event> events,
        List<Book> books,
        long unreadableRecords,
        List<ReportRow> reportRows,
        List<StatusRow> statusRows,
        List<BatchRow> batchRows,
        List<DeadRow> deadLetterRows,
        List<ReplayRow> replayRows,
        long unreadableRows,
        Map<String, List<String>> reportFolders,
        List<String> tornReports,
        List<TakenJob> takenJobs,
        List<String> orphans,
        long settledAfterMillis,
        int leastHits) {

    /** Where a record lies. */
    public record Position(String topic, int partition, long offset) {}

    public record Command(
            Position position,
            String kind,
            String scanId,
            String requestId,
            @Nullable String url,
            @Nullable String client,
            @Nullable String batch,
            int replays) {}

    public record Job(Position position, long at, String scanId, int replays, int attempt) {}

    public record Result(
            Position position,
            String scanId,
            int replays,
            int attempt,
            List<Integer> failedAttempts,
            String url,
            List<String> violations) {}

    public record Dead(
            Position position,
            String scanId,
            int replays,
            String cause,
            List<Failed> failures,
            String url,
            String digest) {}

    /** One failed attempt. */
    public record Failed(int attempt, String type) {}

    public record Event(
            Position position,
            long at,
            String scanId,
            String kind,
            int attempt,
            int replays,
            @Nullable String failure) {}

    public record Book(
            int partition,
            String client,
            long accepted,
            long completed,
            long deadLettered,
            long cancelled,
            long open) {}

    public record ReportRow(
            String scanId,
            String documentScanId,
            boolean announced,
            String htmlFile,
            String jsonFile) {}

    public record StatusRow(String scanId, String status, int attempt, int replays) {}

    public record BatchRow(
            String batchId,
            long accepted,
            long open,
            long completed,
            long deadLettered,
            long cancelled) {}

    public record DeadRow(
            String scanId, int replays, Position position, String digest, boolean replayed) {}

    public record ReplayRow(
            String commandId,
            String requestId,
            @Nullable String scanId,
            int replays,
            @Nullable String outcome) {}

    public record TakenJob(String scanId, int attempt) {}
}
