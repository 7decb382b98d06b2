package io.stepfree.load.chaos.check;

import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Evidence.BatchRow;
import io.stepfree.load.chaos.evidence.Evidence.Book;
import io.stepfree.load.chaos.evidence.Evidence.Command;
import io.stepfree.load.chaos.evidence.Evidence.Dead;
import io.stepfree.load.chaos.evidence.Evidence.DeadRow;
import io.stepfree.load.chaos.evidence.Evidence.Event;
import io.stepfree.load.chaos.evidence.Evidence.Failed;
import io.stepfree.load.chaos.evidence.Evidence.Job;
import io.stepfree.load.chaos.evidence.Evidence.Position;
import io.stepfree.load.chaos.evidence.Evidence.ReplayRow;
import io.stepfree.load.chaos.evidence.Evidence.ReportRow;
import io.stepfree.load.chaos.evidence.Evidence.Result;
import io.stepfree.load.chaos.evidence.Evidence.StatusRow;
import io.stepfree.load.chaos.evidence.Evidence.TakenJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a run in which all went well, to be spoilt: a good page with a result, a missing
 * one that died and was replayed and died again, and one that was cancelled.
 */
final class Run {

    static final String GOOD = "http://127.0.0.1:1/good/k1-1";
    static final String MISSING = "http://127.0.0.1:1/missing/k2-1";

    static final String BATCH = "batch-0";

    final List<DriverEntry> driver = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();
    final List<Job> jobs = new ArrayList<>();
    final List<Result> results = new ArrayList<>();
    final List<Dead> deadLetters = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<Book> books = new ArrayList<>();
    final List<ReportRow> reportRows = new ArrayList<>();
    final List<StatusRow> statusRows = new ArrayList<>();
    final List<BatchRow> batchRows = new ArrayList<>();
    final List<DeadRow> deadLetterRows = new ArrayList<>();
    final List<ReplayRow> replayRows = new ArrayList<>();
    final Map<String, List<String>> reportFolders = new TreeMap<>();
    final List<TakenJob> takenJobs = new ArrayList<>();
    final List<String> tornReports = new ArrayList<>();
    final List<String> orphans = new ArrayList<>();
    long unreadable;
    long settledAfterMillis = 1_000;
    private long offset;

    static Run thatWentWell() {
        var run = new Run();
        run.submit("k1", "good", GOOD, 202);
        run.accept("good", 0, "chaos-k1-1", GOOD);
        run.dispatch("good", 0, 1);
        run.event("good", "COMPLETED", 1, 0);
        run.results.add(
                new Result(
                        run.at("scan.results"),
                        "good",
                        0,
                        1,
                        List.of(),
                        GOOD,
                        List.of("image-alt")));
        run.event("good", "REPORT_PUBLISHED", 1, 0);
        run.reportRows.add(
                new ReportRow(
                        "good", "good", true, "day/good/report.1.html", "day/good/report.2.json"));
        run.reportFolders.put(
                "good", List.of("report.1.html", "report.1.html.br", "report.2.json"));
        run.statusRows.add(new StatusRow("good", "completed", 1, 0));

        run.submit("k2", "missing", MISSING, 202);
        run.accept("missing", 0, "chaos-k2-1", MISSING);
        run.dispatch("missing", 0, 1);
        run.die("missing", 0, 1);
        run.driver.add(
                new DriverEntry(9, Kind.REPLAY, null, 1, "chaos-replay-1", null, 0, "missing"));
        run.driver.add(
                new DriverEntry(
                        9, Kind.REPLAY_ANSWERED, null, 1, "chaos-replay-1", null, 202, "missing"));
        run.replayRows.add(new ReplayRow("c1", "chaos-replay-1", "missing", 0, "published"));
        run.commands.add(
                new Command(
                        run.at("scan.requests"),
                        "SUBMIT",
                        "missing",
                        "chaos-k2-1",
                        MISSING,
                        "local",
                        BATCH,
                        1));
        run.events.add(new Event(run.at("scan.events"), 1, "missing", "ACCEPTED", 1, 1, null));
        run.dispatch("missing", 1, 2);
        run.die("missing", 1, 2);
        run.statusRows.add(new StatusRow("missing", "dead_lettered", 2, 1));

        String slow = "http://127.0.0.1:1/slow/k3-1";
        run.submit("k3", "slow", slow, 202);
        run.accept("slow", 0, "chaos-k3-1", slow);
        run.cancel("k3", "/api/scans/slow", "slow");
        run.event("slow", "CANCELLED", 0, 0);
        run.statusRows.add(new StatusRow("slow", "cancelled", 0, 0));

        run.batchRows.add(new BatchRow(BATCH, 3, 0, 1, 1, 1));
        run.driver.add(new DriverEntry(9, Kind.DONE, null, 0, null, null, 0, null));
        run.books.add(new Book(0, "local", 3, 1, 1, 1, 0));
        run.books.add(new Book(4, "local", 1, 0, 1, 0, 0));
        return run;
    }

    void submit(String key, String scanId, String url, int status) {
        String requestId = "chaos-%s-1".formatted(key);
        driver.add(new DriverEntry(1, Kind.SUBMIT, key, 1, requestId, url, 0, null));
        driver.add(
                new DriverEntry(
                        2,
                        Kind.SUBMIT_ANSWERED,
                        key,
                        1,
                        requestId,
                        url,
                        status,
                        status == 202 ? scanId : null));
    }

    void cancel(String key, String path, @Nullable String scanId) {
        String requestId = "chaos-%s-cancel-1".formatted(key);
        driver.add(new DriverEntry(3, Kind.CANCEL, key, 1, requestId, path, 0, scanId));
    }

    void accept(String scanId, int replays, String requestId, String url) {
        commands.add(
                new Command(
                        at("scan.requests"),
                        "SUBMIT",
                        scanId,
                        requestId,
                        url,
                        "local",
                        BATCH,
                        replays));
        events.add(new Event(at("scan.events"), 1, scanId, "ACCEPTED", 0, replays, null));
    }

    void dispatch(String scanId, int replays, int attempt) {
        jobs.add(new Job(at("scan.jobs"), 1, scanId, replays, attempt));
        takenJobs.add(new TakenJob(scanId, attempt));
        event(scanId, "DISPATCHED", attempt, 0);
    }

    void event(String scanId, String kind, int attempt, int replays) {
        events.add(new Event(at("scan.events"), 1, scanId, kind, attempt, replays, null));
    }

    private void die(String scanId, int replays, int attempt) {
        event(scanId, "DEAD_LETTERED", attempt, 0);
        Position position = at("scan.dead-letters");
        deadLetters.add(
                new Dead(
                        position,
                        scanId,
                        replays,
                        "NOT_RETRYABLE",
                        List.of(new Failed(attempt, "HTTP_ERROR")),
                        MISSING,
                        "digest" + replays));
        deadLetterRows.add(
                new DeadRow(scanId, replays, position, "digest" + replays, replays == 0));
    }

    Position at(String topic) {
        return new Position(topic, 0, offset++);
    }

    Evidence evidence() {
        return evidence(0);
    }

    Evidence evidence(int leastHits) {
        return new Evidence(
                driver,
                List.of(),
                List.of(),
                commands,
                jobs,
                results,
                deadLetters,
                events,
                books,
                unreadable,
                reportRows,
                statusRows,
                batchRows,
                deadLetterRows,
                replayRows,
                unreadable,
                reportFolders,
                tornReports,
                takenJobs,
                orphans,
                settledAfterMillis,
                leastHits);
    }

    /** The clauses that are broken, by name. */
    List<String> broken() {
        return new Checker(evidence())
                .verdicts().stream()
                        .filter(verdict -> !verdict.kept())
                        .map(Verdict::clause)
                        .toList();
    }
}
