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
import io.stepfree.load.chaos.site.PageKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds the evidence of a run against what is promised, clause by clause. It knows the topics and
 * the tables, and nothing of the services' code.
 */
public final class Checker {

    private static final int ACCEPTED = 202;
    private static final int SERVER_ERROR = 500;

    /** Failures that a page which can be scanned may owe to what was done to the pipeline. */
    private static final Set<String> OWED_TO_FAULTS =
            Set.of(
                    "LOST",
                    "BROWSER_CRASH",
                    "TIMEOUT",
                    "NAVIGATION",
                    "ENGINE_ERROR",
                    "RESOURCE_LIMIT");

    private final Evidence evidence;
    private final Map<String, Course> courses;
    private final Map<Life, Command> accepted = new LinkedHashMap<>();
    private final Map<Life, List<Result>> results;
    private final Map<Life, List<Dead>> deadLetters;

    public Checker(Evidence evidence) {
        this.evidence = evidence;
        Map<String, List<Event>> events =
                evidence.events().stream().collect(Collectors.groupingBy(Event::scanId));
        this.courses = new HashMap<>();
        events.forEach((scanId, all) ->
                courses.put(
                        scanId,
                        Course.of(
                                scanId,
                                all.stream()
                                        .sorted(
                                                Comparator.comparingLong(
                                                        event -> event.position().offset()))
                                        .toList())));
        for (Command command : evidence.commands()) {
            if (command.kind().equals("SUBMIT")) {
                accepted.putIfAbsent(new Life(command.scanId(), command.replays()), command);
            }
        }
        this.results =
                evidence.results().stream()
                        .collect(
                                Collectors.groupingBy(
                                        result -> new Life(result.scanId(), result.replays())));
        this.deadLetters =
                evidence.deadLetters().stream()
                        .collect(
                                Collectors.groupingBy(
                                        dead -> new Life(dead.scanId(), dead.replays())));
    }

    /** Every clause, in the order of the data path. */
    public List<Verdict> verdicts() {
        return List.of(
                settled(),
                kept(),
                endedOnce(),
                nothingUnasked(),
                oneScanPerKey(),
                forwardOnly(),
                noLateAttempt(),
                everyJobTaken(),
                knownAnswers(),
                reports(),
                statuses(),
                batches(),
                deadLettersByteEqual(),
                replaysCarriedOut(),
                books(),
                nothingUnreadable(),
                nothingLeftBehind());
    }

    /** How many lives were accepted. */
    public int accepted() {
        return accepted.size();
    }

    /** How many accepted lives have not ended. */
    public long open() {
        return accepted.keySet().stream().filter(life -> ends(life).isEmpty()).count();
    }

    /** Lives that did not end, and answered scans that no topic has. */
    public long lost() {
        return open()
                + answered().stream().filter(id -> !accepted.containsKey(new Life(id, 0))).count();
    }

    /** Ends beyond the first of their life. */
    public long doubled() {
        return accepted.keySet().stream()
                .mapToLong(life -> Math.max(0, ends(life).size() - 1))
                .sum();
    }

    public long cancelled() {
        return accepted.keySet().stream()
                .filter(life -> course(life).ends(life).contains("CANCELLED"))
                .count();
    }

    /** Scans that were accepted although their client got no answer that says so. */
    public long acceptedUnanswered() {
        Set<String> answered = answered();
        return accepted.keySet().stream()
                .filter(life -> life.replays() == 0 && !answered.contains(life.scanId()))
                .count();
    }

    private Verdict settled() {
        var breaches =
                new Breaches("settled", "after the faults everything comes to rest by itself");
        breaches.hold(
                evidence.settledAfterMillis() >= 0,
                "something still moved or was missing when the time for that was over");
        long gaveUp = driver(Kind.GAVE_UP).size();
        breaches.hold(gaveUp == 0, "%d requests were given up by their client", gaveUp);
        breaches.hold(!driver(Kind.DONE).isEmpty(), "the driver did not come to its end");
        return breaches.verdict();
    }

    private Verdict kept() {
        var breaches =
                new Breaches("answeredKept", "what was answered with 202 is on scan.requests");
        for (String id : answered()) {
            breaches.hold(
                    accepted.containsKey(new Life(id, 0)),
                    "%s was answered with 202 and is on no topic",
                    id);
        }
        return breaches.verdict();
    }

    private Verdict endedOnce() {
        var breaches =
                new Breaches(
                        "endedOnce",
                        "each accepted scan ends in exactly one of result, dead letter, cancelled");
        for (Life life : accepted.keySet()) {
            List<String> ends = ends(life);
            breaches.hold(
                    ends.size() == 1,
                    "%s ended %s",
                    life,
                    ends.isEmpty() ? "never" : "as " + String.join(" and ", ends));
        }
        return breaches.verdict();
    }

    /** What the topics that carry ends say; that the events say the same is a clause of its own. */
    private List<String> ends(Life life) {
        var ends = new ArrayList<String>();
        results.getOrDefault(life, List.of()).forEach(_ -> ends.add("result"));
        deadLetters.getOrDefault(life, List.of()).forEach(_ -> ends.add("dead letter"));
        course(life).ends(life).stream()
                .filter(end -> end.equals("CANCELLED"))
                .forEach(_ -> ends.add("cancelled"));
        return ends;
    }

    private Verdict nothingUnasked() {
        var breaches =
                new Breaches("nothingUnasked", "nothing ends or is accepted that nobody asked for");
        Map<String, DriverEntry> asked =
                driver(Kind.SUBMIT).stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> String.valueOf(entry.requestId()),
                                        Function.identity()));
        Set<String> replayed =
                driver(Kind.REPLAY).stream().map(DriverEntry::scanId).collect(Collectors.toSet());
        accepted.forEach((life, command) -> {
            DriverEntry entry = asked.get(command.requestId());
            breaches.hold(
                    entry != null && String.valueOf(entry.url()).equals(command.url()),
                    "%s was accepted for a request %s that the driver did not make",
                    life,
                    command.requestId());
            breaches.hold(
                    life.replays() == 0
                            || (replayed.contains(life.scanId())
                                    && deadLetters.containsKey(
                                            new Life(life.scanId(), life.replays() - 1))),
                    "%s begins without a dead letter and an order to replay it",
                    life);
        });
        var ended = new LinkedHashSet<>(results.keySet());
        ended.addAll(deadLetters.keySet());
        for (Life life : ended) {
            breaches.hold(accepted.containsKey(life), "%s ended and was not accepted", life);
        }
        for (String scanId : courses.keySet()) {
            breaches.hold(
                    accepted.containsKey(new Life(scanId, 0)),
                    "%s has events and was not accepted",
                    scanId);
        }
        return breaches.verdict();
    }

    /**
     * The gateway has no idempotency keys: a client that got no answer asks anew, and both may be
     * accepted. So there may be as many scans of a key as requests were left open, and one more
     * that was answered; never two for one request.
     */
    private Verdict oneScanPerKey() {
        var breaches =
                new Breaches(
                        "oneScanPerKey",
                        "one scan for each request, and for each key but for requests that got no answer");
        Map<String, Set<String>> scans = new HashMap<>();
        accepted.forEach((life, command) ->
                scans.computeIfAbsent(command.requestId(), _ -> new HashSet<>())
                        .add(life.scanId()));
        Map<String, Integer> answers = new HashMap<>();
        for (DriverEntry entry : driver(Kind.SUBMIT_ANSWERED)) {
            Set<String> made = scans.getOrDefault(String.valueOf(entry.requestId()), Set.of());
            breaches.hold(made.size() <= 1, "request %s made %s", entry.requestId(), made);
            if (entry.status() == ACCEPTED) {
                answers.merge(String.valueOf(entry.key()), 1, Integer::sum);
                breaches.hold(
                        made.contains(String.valueOf(entry.scanId())) || made.isEmpty(),
                        "request %s was answered with %s and made %s",
                        entry.requestId(),
                        entry.scanId(),
                        made);
            } else if (entry.status() > 0 && entry.status() < SERVER_ERROR) {
                breaches.hold(
                        made.isEmpty(),
                        "request %s was refused with %d and made %s",
                        entry.requestId(),
                        entry.status(),
                        made);
            }
        }
        answers.forEach((key, count) ->
                breaches.hold(count == 1, "%s was answered with 202 %d times", key, count));
        return breaches.verdict();
    }

    private Verdict forwardOnly() {
        var breaches =
                new Breaches("forwardOnly", "states only move forward, as told on scan.events");
        courses.values()
                .forEach(course -> {
                    breaches.hold(
                            course.wrong().isEmpty(), "%s", String.join("; ", course.wrong()));
                });
        for (Life life : accepted.keySet()) {
            List<String> told = course(life).ends(life);
            boolean result = results.containsKey(life);
            boolean dead = deadLetters.containsKey(life);
            breaches.hold(
                    told.contains("COMPLETED") == result && told.contains("DEAD_LETTERED") == dead,
                    "%s is told as %s, and has %s result and %s dead letter",
                    life,
                    told,
                    result ? "a" : "no",
                    dead ? "a" : "no");
        }
        return breaches.verdict();
    }

    private Verdict noLateAttempt() {
        var breaches =
                new Breaches(
                        "noLateAttempt",
                        "what counts is the attempt last handed out, and each attempt once");
        results.forEach((life, all) ->
                all.forEach(result -> {
                    int last = course(life).lastDispatched(life).orElse(-1);
                    breaches.hold(
                            result.attempt() == last,
                            "%s has the result of attempt %d, and %d was the last handed out",
                            life,
                            result.attempt(),
                            last);
                    breaches.hold(
                            ascending(result.failedAttempts(), result.attempt()),
                            "%s has failures of attempts %s before its result of attempt %d",
                            life,
                            result.failedAttempts(),
                            result.attempt());
                }));
        deadLetters.forEach((life, all) ->
                all.forEach(dead -> {
                    List<Integer> attempts = dead.failures().stream().map(Failed::attempt).toList();
                    int last = course(life).lastDispatched(life).orElse(-1);
                    breaches.hold(
                            ascending(attempts, Integer.MAX_VALUE)
                                    && !attempts.isEmpty()
                                    && attempts.getLast() == last,
                            "%s died of attempts %s, and %d was the last handed out",
                            life,
                            attempts,
                            last);
                }));
        return breaches.verdict();
    }

    private static boolean ascending(List<Integer> attempts, int below) {
        int before = 0;
        for (int attempt : attempts) {
            if (attempt <= before) {
                return false;
            }
            before = attempt;
        }
        return before < below;
    }

    /**
     * Of a run that did not come to rest only those jobs count whose scan went on without them: the
     * others may just be waiting.
     */
    private Verdict everyJobTaken() {
        var breaches = new Breaches("everyJobTaken", "each job on scan.jobs was taken by a worker");
        Set<TakenJob> taken = new HashSet<>(evidence.takenJobs());
        Map<String, Integer> newest = new HashMap<>();
        evidence.jobs().forEach(job -> newest.merge(job.scanId(), job.attempt(), Math::max));
        boolean atRest = evidence.settledAfterMillis() >= 0;
        for (Job job : evidence.jobs()) {
            boolean wentOn = job.attempt() < newest.getOrDefault(job.scanId(), 0);
            breaches.hold(
                    taken.contains(new TakenJob(job.scanId(), job.attempt()))
                            || !(atRest || wentOn),
                    "attempt %d at %s, at offset %d, was taken by nobody",
                    job.attempt(),
                    job.scanId(),
                    job.position().offset());
        }
        return breaches.verdict();
    }

    private Verdict knownAnswers() {
        var breaches =
                new Breaches(
                        "knownAnswers",
                        "each page gets the answer that is known, nothing unseen is clean");
        for (Result result : evidence.results()) {
            boolean right =
                    PageKind.of(result.url())
                            .map(kind ->
                                    kind.scannable()
                                            && PageKind.VIOLATED.equals(
                                                    Set.copyOf(result.violations())))
                            .orElse(false);
            breaches.hold(right, "%s has a result with %s", result.url(), result.violations());
        }
        for (Dead dead : evidence.deadLetters()) {
            boolean scannable = PageKind.of(dead.url()).map(PageKind::scannable).orElse(false);
            List<String> other =
                    dead.failures().stream()
                            .map(Failed::type)
                            .filter(type -> !OWED_TO_FAULTS.contains(type))
                            .toList();
            // A flaky page answers 503 once; all else must be owed to the faults.
            boolean flakyOnce =
                    PageKind.of(dead.url()).equals(Optional.of(PageKind.FLAKY))
                            && other.equals(List.of("HTTP_ERROR"));
            breaches.hold(
                    !scannable || other.isEmpty() || flakyOnce,
                    "%s died of %s",
                    dead.url(),
                    dead.failures());
        }
        return breaches.verdict();
    }

    private Verdict reports() {
        var breaches =
                new Breaches(
                        "oneReportPerResult",
                        "each result has one row and both its files, and nothing else has");
        Map<String, Long> rows =
                evidence.reportRows().stream()
                        .collect(Collectors.groupingBy(ReportRow::scanId, Collectors.counting()));
        Set<String> ids =
                evidence.results().stream().map(Result::scanId).collect(Collectors.toSet());
        for (String id : ids) {
            long count = rows.getOrDefault(id, 0L);
            breaches.hold(count == 1, "%s has %d rows in the table of reports", id, count);
            Set<String> files = Set.copyOf(evidence.reportFolders().getOrDefault(id, List.of()));
            breaches.hold(
                    files.equals(Set.of("report.html", "report.json")),
                    "%s has the files %s",
                    id,
                    files);
        }
        for (ReportRow row : evidence.reportRows()) {
            breaches.hold(
                    ids.contains(row.scanId()),
                    "there is a report of %s, which has no result",
                    row.scanId());
            breaches.hold(
                    row.documentScanId().equals(row.scanId()),
                    "the report of %s is one of %s",
                    row.scanId(),
                    row.documentScanId());
            breaches.hold(row.announced(), "the report of %s was not announced", row.scanId());
        }
        for (Map.Entry<String, List<String>> folder : evidence.reportFolders().entrySet()) {
            breaches.hold(
                    ids.contains(folder.getKey()),
                    "there are the files %s of %s, which has no result",
                    folder.getValue(),
                    folder.getKey());
        }
        return breaches.verdict();
    }

    private Verdict statuses() {
        var breaches =
                new Breaches("statusTrue", "the status shown to clients is how the scan ended");
        Map<String, StatusRow> rows =
                evidence.statusRows().stream()
                        .collect(
                                Collectors.toMap(
                                        StatusRow::scanId, Function.identity(), (one, _) -> one));
        newestLives()
                .forEach((id, life) -> {
                    List<String> ends = course(life).ends(life);
                    StatusRow row = rows.get(id);
                    breaches.hold(
                            row != null
                                    && ends.size() == 1
                                    && row.status()
                                            .toUpperCase(Locale.ROOT)
                                            .equals(ends.getFirst()),
                            "%s is shown as %s and ended as %s",
                            life,
                            row == null ? "nothing" : row.status(),
                            ends);
                });
        return breaches.verdict();
    }

    private Map<String, Life> newestLives() {
        Map<String, Life> newest = new HashMap<>();
        accepted.keySet()
                .forEach(life ->
                        newest.merge(
                                life.scanId(),
                                life,
                                (one, other) -> one.replays() > other.replays() ? one : other));
        return newest;
    }

    private Verdict batches() {
        var breaches =
                new Breaches("batchesTrue", "each batch is shown with what became of its scans");
        Map<String, List<Life>> scans = new HashMap<>();
        for (Life life : newestLives().values()) {
            Command command = accepted.get(life);
            if (command != null && command.batch() != null) {
                scans.computeIfAbsent(command.batch(), _ -> new ArrayList<>()).add(life);
            }
        }
        Map<String, BatchRow> rows =
                evidence.batchRows().stream()
                        .collect(Collectors.toMap(BatchRow::batchId, Function.identity()));
        scans.forEach((batch, lives) -> {
            var counted =
                    new BatchRow(
                            batch,
                            lives.size(),
                            lives.stream().filter(life -> ends(life).isEmpty()).count(),
                            ended(lives, "result"),
                            ended(lives, "dead letter"),
                            ended(lives, "cancelled"));
            breaches.hold(
                    counted.equals(rows.get(batch)),
                    "batch %s is shown as %s and counted as %s",
                    batch,
                    rows.get(batch),
                    counted);
        });
        for (String batch : rows.keySet()) {
            breaches.hold(scans.containsKey(batch), "nobody asked for the batch %s", batch);
        }
        return breaches.verdict();
    }

    private long ended(List<Life> lives, String end) {
        return lives.stream().filter(life -> ends(life).contains(end)).count();
    }

    private Verdict deadLettersByteEqual() {
        var breaches =
                new Breaches(
                        "deadLettersByteEqual",
                        "each dead letter is one row, byte for byte as on the topic");
        Map<Position, DeadRow> rows = new HashMap<>();
        for (DeadRow row : evidence.deadLetterRows()) {
            breaches.hold(rows.put(row.position(), row) == null, "%s has two rows", row.position());
        }
        for (Dead dead : evidence.deadLetters()) {
            DeadRow row = rows.get(dead.position());
            breaches.hold(
                    row != null
                            && row.digest().equals(dead.digest())
                            && row.scanId().equals(dead.scanId())
                            && row.replays() == dead.replays(),
                    "the dead letter of %s at %s-%d@%d %s",
                    dead.scanId(),
                    dead.position().topic(),
                    dead.position().partition(),
                    dead.position().offset(),
                    row == null ? "is in no row" : "differs from its row");
        }
        breaches.hold(
                evidence.deadLetterRows().size() == evidence.deadLetters().size(),
                "there are %d rows of %d dead letters",
                evidence.deadLetterRows().size(),
                evidence.deadLetters().size());
        return breaches.verdict();
    }

    private Verdict replaysCarriedOut() {
        var breaches =
                new Breaches(
                        "replaysCarriedOut", "each accepted order to replay is carried out once");
        Map<String, List<ReplayRow>> rows =
                evidence.replayRows().stream().collect(Collectors.groupingBy(ReplayRow::requestId));
        for (DriverEntry entry : driver(Kind.REPLAY_ANSWERED)) {
            if (entry.status() == ACCEPTED) {
                List<ReplayRow> orders =
                        rows.getOrDefault(String.valueOf(entry.requestId()), List.of());
                breaches.hold(
                        orders.size() == 1
                                && "published".equals(orders.getFirst().outcome())
                                && accepted.containsKey(
                                        new Life(String.valueOf(entry.scanId()), 1)),
                        "the order %s to replay %s became %s",
                        entry.requestId(),
                        entry.scanId(),
                        orders);
            }
        }
        return breaches.verdict();
    }

    private Verdict books() {
        var breaches =
                new Breaches(
                        "booksBalance", "the scheduler's books say what is counted on the topics");
        breaches.hold(!evidence.books().isEmpty(), "there are no books on scan.events");
        Map<String, long[]> counted = new TreeMap<>();
        accepted.forEach((life, command) -> {
            long[] row =
                    counted.computeIfAbsent(String.valueOf(command.client()), _ -> new long[5]);
            row[0]++;
            List<String> ends = ends(life);
            row[1] += ends.stream().filter("result"::equals).count();
            row[2] += ends.stream().filter("dead letter"::equals).count();
            row[3] += ends.stream().filter("cancelled"::equals).count();
            row[4] += ends.isEmpty() ? 1 : 0;
        });
        Map<String, long[]> told = new TreeMap<>();
        for (Book book : evidence.books()) {
            breaches.hold(
                    book.accepted()
                            == book.completed()
                                    + book.deadLettered()
                                    + book.cancelled()
                                    + book.open(),
                    "%s does not balance",
                    book);
            long[] row = told.computeIfAbsent(book.client(), _ -> new long[5]);
            row[0] += book.accepted();
            row[1] += book.completed();
            row[2] += book.deadLettered();
            row[3] += book.cancelled();
            row[4] += book.open();
        }
        for (Map.Entry<String, long[]> each : counted.entrySet()) {
            long[] row = told.getOrDefault(each.getKey(), new long[5]);
            breaches.hold(
                    Arrays.equals(row, each.getValue()),
                    "for the client %s the books say %s and the topics %s (accepted, completed, dead-lettered, cancelled, open)",
                    each.getKey(),
                    Arrays.toString(row),
                    Arrays.toString(each.getValue()));
        }
        return breaches.verdict();
    }

    private Verdict nothingUnreadable() {
        var breaches = new Breaches("nothingUnreadable", "no record had to be kept aside");
        breaches.hold(
                evidence.unreadableRecords() == 0,
                "%d records are on ops.unreadable",
                evidence.unreadableRecords());
        breaches.hold(
                evidence.unreadableRows() == 0,
                "%d rows are in the table of unreadable records",
                evidence.unreadableRows());
        return breaches.verdict();
    }

    private Verdict nothingLeftBehind() {
        var breaches = new Breaches("nothingLeftBehind", "no process and no folder stays behind");
        breaches.hold(true, "");
        evidence.orphans().forEach(orphan -> breaches.hold(false, "%s", orphan));
        return breaches.verdict();
    }

    private Set<String> answered() {
        return driver(Kind.SUBMIT_ANSWERED).stream()
                .filter(entry -> entry.status() == ACCEPTED)
                .map(entry -> String.valueOf(entry.scanId()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<DriverEntry> driver(Kind kind) {
        return evidence.driver().stream().filter(entry -> entry.kind() == kind).toList();
    }

    private Course course(Life life) {
        return courses.getOrDefault(life.scanId(), Course.of(life.scanId(), List.of()));
    }
}
