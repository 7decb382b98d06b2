package io.stepfree.load.chaos.check;

import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Evidence.Book;
import io.stepfree.load.chaos.evidence.Evidence.Command;
import io.stepfree.load.chaos.evidence.Evidence.Dead;
import io.stepfree.load.chaos.evidence.Evidence.Failed;
import io.stepfree.load.chaos.evidence.Evidence.Job;
import io.stepfree.load.chaos.evidence.Evidence.Result;
import io.stepfree.load.chaos.evidence.Evidence.TakenJob;
import io.stepfree.load.chaos.site.PageKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the topics must say, by themselves and beside what the driver asked. */
final class TopicClauses {

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

    private final Facts facts;
    private final Evidence evidence;
    private final Map<Life, Command> accepted;
    private final Map<Life, List<Result>> results;
    private final Map<Life, List<Dead>> deadLetters;

    TopicClauses(Facts facts) {
        this.facts = facts;
        this.evidence = facts.evidence();
        this.accepted = facts.accepted();
        this.results = facts.results();
        this.deadLetters = facts.deadLetters();
    }

    Verdict kept() {
        var breaches =
                new Breaches("answeredKept", "what was answered with 202 is on scan.requests");
        for (String id : facts.answered()) {
            breaches.hold(
                    accepted.containsKey(new Life(id, 0)),
                    "%s was answered with 202 and is on no topic",
                    id);
        }
        return breaches.verdict();
    }

    Verdict endedOnce() {
        var breaches =
                new Breaches(
                        "endedOnce",
                        "each accepted scan ends in exactly one of result, dead letter, cancelled");
        for (Life life : accepted.keySet()) {
            List<String> ends = facts.ends(life);
            breaches.hold(
                    ends.size() == 1,
                    "%s ended %s",
                    life,
                    ends.isEmpty() ? "never" : "as " + String.join(" and ", ends));
        }
        return breaches.verdict();
    }

    Verdict nothingUnasked() {
        var breaches =
                new Breaches("nothingUnasked", "nothing ends or is accepted that nobody asked for");
        Map<String, DriverEntry> asked =
                facts.driver(Kind.SUBMIT).stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> String.valueOf(entry.requestId()),
                                        Function.identity()));
        Set<String> replayed =
                facts.driver(Kind.REPLAY).stream()
                        .map(DriverEntry::scanId)
                        .collect(Collectors.toSet());
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
        Set<String> cancels =
                facts.driver(Kind.CANCEL).stream()
                        .map(entry -> String.valueOf(entry.url()))
                        .collect(Collectors.toSet());
        accepted.forEach((life, command) ->
                breaches.hold(
                        !facts.ends(life).contains("cancelled")
                                || cancels.contains("/api/scans/" + life.scanId())
                                || cancels.contains("/api/batches/" + command.batch()),
                        "%s was cancelled and nobody asked for it",
                        life));
        var ended = new LinkedHashSet<>(results.keySet());
        ended.addAll(deadLetters.keySet());
        for (Life life : ended) {
            breaches.hold(accepted.containsKey(life), "%s ended and was not accepted", life);
        }
        for (String scanId : facts.courses().keySet()) {
            breaches.hold(
                    accepted.containsKey(new Life(scanId, 0)),
                    "%s has events and was not accepted",
                    scanId);
        }
        return breaches.verdict();
    }

    /**
     * A key that is sent as the Idempotency-Key makes one scan, however often. Without, a client
     * that got no answer asks anew, and both may be accepted; but never two for one request.
     */
    Verdict oneScanPerKey() {
        var breaches =
                new Breaches(
                        "oneScanPerKey",
                        "one scan for each Idempotency-Key, and for each request without one");
        Map<String, Set<String>> byRequest = new HashMap<>();
        accepted.forEach((life, command) ->
                byRequest
                        .computeIfAbsent(command.requestId(), _ -> new HashSet<>())
                        .add(life.scanId()));
        Map<String, Set<String>> byKey = new TreeMap<>();
        Map<String, Integer> answers = new HashMap<>();
        for (DriverEntry entry : facts.driver(Kind.SUBMIT)) {
            if (DriverEntry.isOnce(entry.key())) {
                byKey.computeIfAbsent(String.valueOf(entry.key()), _ -> new HashSet<>())
                        .addAll(
                                byRequest.getOrDefault(
                                        String.valueOf(entry.requestId()), Set.of()));
            }
        }
        byKey.forEach(
                (key, made) -> breaches.hold(made.size() <= 1, "the key %s made %s", key, made));
        for (DriverEntry entry : facts.driver(Kind.SUBMIT_ANSWERED)) {
            Set<String> made = byRequest.getOrDefault(String.valueOf(entry.requestId()), Set.of());
            breaches.hold(made.size() <= 1, "request %s made %s", entry.requestId(), made);
            if (entry.status() == Facts.ACCEPTED) {
                answers.merge(String.valueOf(entry.key()), 1, Integer::sum);
                Set<String> possible = byKey.getOrDefault(String.valueOf(entry.key()), made);
                breaches.hold(
                        possible.contains(String.valueOf(entry.scanId())) || possible.isEmpty(),
                        "request %s was answered with %s and made %s",
                        entry.requestId(),
                        entry.scanId(),
                        possible);
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

    Verdict forwardOnly() {
        var breaches =
                new Breaches("forwardOnly", "states only move forward, as told on scan.events");
        facts.courses()
                .values()
                .forEach(course -> {
                    breaches.hold(
                            course.wrong().isEmpty(), "%s", String.join("; ", course.wrong()));
                });
        for (Life life : accepted.keySet()) {
            List<String> told = facts.course(life).ends(life);
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

    Verdict noLateAttempt() {
        var breaches =
                new Breaches(
                        "noLateAttempt",
                        "what counts is the attempt last handed out, and each attempt once");
        results.forEach((life, all) ->
                all.forEach(result -> {
                    int last = facts.course(life).lastDispatched(life).orElse(-1);
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
                    int last = facts.course(life).lastDispatched(life).orElse(-1);
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
    Verdict everyJobTaken() {
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

    Verdict knownAnswers() {
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
            List<String> other =
                    dead.failures().stream()
                            .map(Failed::type)
                            .filter(type -> !OWED_TO_FAULTS.contains(type))
                            .toList();
            // All else must be owed to the faults.
            boolean known =
                    switch (PageKind.of(dead.url()).orElse(null)) {
                        case GOOD, SLOW, HOSTILE -> other.isEmpty();
                        case FLAKY -> other.isEmpty() || other.equals(List.of("HTTP_ERROR"));
                        case BROKEN, MISSING -> Set.of("HTTP_ERROR").containsAll(other);
                        case null -> false;
                    };
            breaches.hold(known, "%s died of %s", dead.url(), dead.failures());
        }
        return breaches.verdict();
    }

    Verdict books() {
        var breaches =
                new Breaches(
                        "booksBalance", "the scheduler's books say what is counted on the topics");
        breaches.hold(!evidence.books().isEmpty(), "there are no books on scan.events");
        Map<String, long[]> counted = new TreeMap<>();
        accepted.forEach((life, command) -> {
            long[] row =
                    counted.computeIfAbsent(String.valueOf(command.client()), _ -> new long[5]);
            row[0]++;
            List<String> ends = facts.ends(life);
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
}
