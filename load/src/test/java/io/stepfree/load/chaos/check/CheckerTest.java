package io.stepfree.load.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.chaos.ChaosBenchmark;
import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Evidence.BatchRow;
import io.stepfree.load.chaos.evidence.Evidence.Book;
import io.stepfree.load.chaos.evidence.Evidence.Dead;
import io.stepfree.load.chaos.evidence.Evidence.DeadRow;
import io.stepfree.load.chaos.evidence.Evidence.Failed;
import io.stepfree.load.chaos.evidence.Evidence.ReportRow;
import io.stepfree.load.chaos.evidence.Evidence.Result;
import io.stepfree.load.chaos.evidence.Evidence.StatusRow;
import io.stepfree.load.measure.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The checker must be able to say no: each test spoils one thing of a run that went well. */
final class CheckerTest {

    private final Run run = Run.thatWentWell();

    @Test
    void aRunThatWentWellBreaksNothing() {
        var checker = new Checker(run.evidence());

        assertThat(run.broken()).isEmpty();
        assertThat(checker.verdicts())
                .allSatisfy(verdict -> assertThat(verdict.looked()).isPositive());
        assertThat(checker.accepted()).isEqualTo(4);
        assertThat(checker.lost()).isZero();
        assertThat(checker.doubled()).isZero();
        assertThat(checker.cancelled()).isEqualTo(1);
        assertThat(checker.acceptedUnanswered()).isZero();
    }

    @Test
    void anAnsweredScanThatIsOnNoTopicIsLost() {
        run.submit("k9", "vanished", "http://127.0.0.1:1/good/k9-1", 202);

        assertThat(run.broken()).containsExactly("answeredKept");
        assertThat(new Checker(run.evidence()).lost()).isEqualTo(1);
    }

    @Test
    void anAcceptedScanThatDoesNotEndIsLost() {
        run.submit("k9", "open", "http://127.0.0.1:1/good/k9-1", 202);
        run.accept("open", 0, "chaos-k9-1", "http://127.0.0.1:1/good/k9-1");

        assertThat(run.broken()).contains("endedOnce", "statusTrue");
        assertThat(new Checker(run.evidence()).lost()).isEqualTo(1);
    }

    @Test
    void twoResultsOfOneScanAreOneTooMany() {
        run.results.add(run.results.getFirst());

        assertThat(run.broken()).contains("endedOnce");
        assertThat(new Checker(run.evidence()).doubled()).isEqualTo(1);
    }

    @Test
    void aResultOfWhatNobodyAskedForIsTold() {
        run.results.add(
                new Result(
                        run.at("scan.results"),
                        "stranger",
                        0,
                        1,
                        List.of(),
                        Run.GOOD,
                        List.of("image-alt")));

        assertThat(run.broken()).contains("nothingUnasked");
    }

    @Test
    void aReportThatIsNotWholeIsTold() {
        run.tornReports.add("2026-11-29/good/report.html");

        assertThat(run.broken()).containsExactly("oneReportPerResult");
    }

    @Test
    void aCancelThatNobodyAskedForIsTold() {
        run.driver.removeIf(entry -> entry.kind() == Kind.CANCEL);

        assertThat(run.broken()).containsExactly("nothingUnasked");
    }

    @Test
    void aRunThatHitTooFewScansIsVoidAlsoWhenItIsJudgedAgain(@TempDir Path folder)
            throws Exception {
        var told = new ByteArrayOutputStream();
        Outcome outcome = judged(folder, run.evidence(1), told);
        assertThat(outcome.broken()).containsExactly("hitsMissing is 1.0, at most 0.0");
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("VOID: only 0 kills hit");

        assertThat(judged(folder, run.evidence(0), told).ok()).isTrue();
    }

    private static Outcome judged(Path folder, Evidence evidence, ByteArrayOutputStream told)
            throws Exception {
        Files.writeString(
                folder.resolve("evidence.json"), JsonMapper.shared().writeValueAsString(evidence));
        return new ChaosBenchmark()
                .with(Map.of("--check", folder.toString()))
                .run(folder, false, new PrintStream(told, true, StandardCharsets.UTF_8));
    }

    @Test
    void aPageThatDiedOfAnythingElseThanWhatIsKnownOfItIsTold() {
        run.deadLetters.replaceAll(dead ->
                new Dead(
                        dead.position(),
                        dead.scanId(),
                        dead.replays(),
                        dead.cause(),
                        List.of(new Failed(1, "UNSUPPORTED_CONTENT")),
                        dead.url(),
                        dead.digest()));

        assertThat(run.broken()).contains("knownAnswers");
    }

    @Test
    void anUnansweredRequestMayHaveMadeAScanAndThatIsCountedApart() {
        run.submit("k9", "unknown", "http://127.0.0.1:1/slow/k9-1", 0);
        run.accept("unknown", 0, "chaos-k9-1", "http://127.0.0.1:1/slow/k9-1");
        run.cancel("k8-batch", "/api/batches/" + Run.BATCH, null);
        run.event("unknown", "CANCELLED", 0, 0);
        run.statusRows.add(new StatusRow("unknown", "cancelled", 0, 0));
        run.batchRows.set(0, new BatchRow("batch-0", 4, 0, 1, 1, 2));
        run.books.add(new Book(5, "local", 1, 0, 0, 1, 0));

        assertThat(run.broken()).isEmpty();
        assertThat(new Checker(run.evidence()).acceptedUnanswered()).isEqualTo(1);
    }

    @Test
    void aRefusedRequestMustNotHaveMadeAScan() {
        run.submit("k9", "refused", "http://127.0.0.1:1/slow/k9-1", 422);
        run.accept("refused", 0, "chaos-k9-1", "http://127.0.0.1:1/slow/k9-1");

        assertThat(run.broken()).contains("oneScanPerKey");
    }

    @Test
    void twoScansOfOneRequestAreOneTooMany() {
        run.accept("twin", 0, "chaos-k1-1", Run.GOOD);

        assertThat(run.broken()).contains("oneScanPerKey");
    }

    @Test
    void twoScansOfOneIdempotencyKeyAreOneTooMany() {
        for (int attempt = 1; attempt <= 2; attempt++) {
            String request = "chaos-once-9-" + attempt;
            run.driver.add(
                    new DriverEntry(1, Kind.SUBMIT, "once-9", attempt, request, Run.GOOD, 0, null));
            run.driver.add(
                    new DriverEntry(
                            2,
                            Kind.SUBMIT_ANSWERED,
                            "once-9",
                            attempt,
                            request,
                            Run.GOOD,
                            attempt == 1 ? 0 : 202,
                            attempt == 1 ? null : "second"));
        }
        run.accept("first", 0, "chaos-once-9-1", Run.GOOD);
        run.accept("second", 0, "chaos-once-9-2", Run.GOOD);

        assertThat(run.broken()).contains("oneScanPerKey");
    }

    @Test
    void theScanOfAKeyMayBeToldInAnswerToALaterRequest() {
        run.driver.add(
                new DriverEntry(1, Kind.SUBMIT, "once-9", 1, "chaos-once-9-1", Run.GOOD, 0, null));
        run.driver.add(
                new DriverEntry(1, Kind.SUBMIT, "once-9", 2, "chaos-once-9-2", Run.GOOD, 0, null));
        run.driver.add(
                new DriverEntry(
                        2,
                        Kind.SUBMIT_ANSWERED,
                        "once-9",
                        2,
                        "chaos-once-9-2",
                        Run.GOOD,
                        202,
                        "keyed"));
        run.accept("keyed", 0, "chaos-once-9-1", Run.GOOD);

        assertThat(run.broken()).doesNotContain("oneScanPerKey");
    }

    @Test
    void aKeyThatWasAnsweredTwiceIsTold() {
        run.driver.add(
                new DriverEntry(
                        3, Kind.SUBMIT_ANSWERED, "k1", 2, "chaos-k1-2", Run.GOOD, 202, "good"));

        assertThat(run.broken()).contains("oneScanPerKey");
    }

    @Test
    void aStateThatMovesBackIsTold() {
        run.event("good", "RETRYING", 1, 0);

        assertThat(run.broken()).contains("forwardOnly");
    }

    @Test
    void anAttemptThatIsSkippedIsTold() {
        run.event("missing", "DISPATCHED", 4, 0);

        assertThat(run.broken()).contains("forwardOnly");
    }

    @Test
    void anEndThatIsToldWithoutAResultIsTold() {
        run.submit("k9", "told", "http://127.0.0.1:1/good/k9-1", 202);
        run.accept("told", 0, "chaos-k9-1", "http://127.0.0.1:1/good/k9-1");
        run.dispatch("told", 0, 1);
        run.event("told", "COMPLETED", 1, 0);

        assertThat(run.broken()).contains("forwardOnly", "endedOnce");
    }

    @Test
    void aResultOfAnAttemptThatWasGivenUpIsTold() {
        run.results.set(
                0,
                new Result(
                        run.at("scan.results"),
                        "good",
                        0,
                        2,
                        List.of(),
                        Run.GOOD,
                        List.of("image-alt")));

        assertThat(run.broken()).containsExactly("noLateAttempt");
    }

    @Test
    void anAttemptThatFailedTwiceIsTold() {
        run.results.set(
                0,
                new Result(
                        run.at("scan.results"),
                        "good",
                        0,
                        1,
                        List.of(1, 1),
                        Run.GOOD,
                        List.of("image-alt")));

        assertThat(run.broken()).containsExactly("noLateAttempt");
    }

    @Test
    void aJobThatNobodyTookIsTold() {
        run.takenJobs.removeFirst();

        assertThat(run.broken()).containsExactly("everyJobTaken");
    }

    @Test
    void aJobThatMayStillBeWaitingIsNotSkipped() {
        run.settledAfterMillis = -1;
        run.takenJobs.removeFirst();

        assertThat(run.broken()).containsExactly("settled");
    }

    @Test
    void aJobWhoseScanWentOnWithoutItWasSkippedEvenSo() {
        run.settledAfterMillis = -1;
        run.takenJobs.removeIf(taken -> taken.scanId().equals("missing") && taken.attempt() == 1);

        assertThat(run.broken()).containsExactly("settled", "everyJobTaken");
    }

    @Test
    void aCleanResultOfAPageThatHasViolationsIsTold() {
        run.results.set(
                0,
                new Result(run.at("scan.results"), "good", 0, 1, List.of(), Run.GOOD, List.of()));

        assertThat(run.broken()).containsExactly("knownAnswers");
    }

    @Test
    void aResultOfAPageThatIsNotThereIsTold() {
        run.results.set(
                0,
                new Result(
                        run.at("scan.results"),
                        "good",
                        0,
                        1,
                        List.of(),
                        Run.MISSING,
                        List.of("image-alt")));

        assertThat(run.broken()).containsExactly("knownAnswers");
    }

    @Test
    void aSecondRowOfAReportIsTold() {
        run.reportRows.add(
                new ReportRow(
                        "good", "good", true, "day/good/report.1.html", "day/good/report.2.json"));

        assertThat(run.broken()).containsExactly("oneReportPerResult");
    }

    @Test
    void aReportWithoutItsFilesIsTold() {
        run.reportFolders.put("good", List.of("report.1.html", "report.2.json.part"));

        assertThat(run.broken()).containsExactly("oneReportPerResult");
    }

    @Test
    void aReportThatLiesThereTwiceIsTold() {
        run.reportFolders.put("good", List.of("report.1.html", "report.2.json", "report.3.html"));

        assertThat(run.broken()).containsExactly("oneReportPerResult");
    }

    @Test
    void aStatusThatSaysSomethingElseIsTold() {
        run.statusRows.set(0, new StatusRow("good", "dispatched", 1, 0));

        assertThat(run.broken()).containsExactly("statusTrue");
    }

    @Test
    void aBatchThatHasLostCountOfAScanIsTold() {
        run.batchRows.set(0, new BatchRow("batch-0", 3, 1, 0, 1, 1));

        assertThat(run.broken()).containsExactly("batchesTrue");
    }

    @Test
    void aBatchThatNobodyAskedForIsTold() {
        run.batchRows.add(new BatchRow("batch-9", 1, 0, 1, 0, 0));

        assertThat(run.broken()).containsExactly("batchesTrue");
    }

    @Test
    void aDeadLetterWithoutItsRowIsTold() {
        run.deadLetterRows.removeLast();

        assertThat(run.broken()).containsExactly("deadLettersByteEqual");
    }

    @Test
    void aDeadLetterThatDiffersByAByteIsTold() {
        DeadRow row = run.deadLetterRows.getFirst();
        run.deadLetterRows.set(
                0, new DeadRow(row.scanId(), row.replays(), row.position(), "other", true));

        assertThat(run.broken()).containsExactly("deadLettersByteEqual");
    }

    @Test
    void aReplayThatWasOrderedAndNotCarriedOutIsTold() {
        run.replayRows.clear();

        assertThat(run.broken()).containsExactly("replaysCarriedOut");
    }

    @Test
    void booksThatDoNotSayWhatIsCountedAreTold() {
        run.books.set(1, new Book(4, "local", 2, 0, 2, 0, 0));

        assertThat(run.broken()).containsExactly("booksBalance");
    }

    @Test
    void booksThatDoNotBalanceAreTold() {
        run.books.set(1, new Book(4, "local", 1, 0, 0, 0, 0));

        assertThat(run.broken()).containsExactly("booksBalance");
    }

    @Test
    void missingBooksAreTold() {
        run.books.clear();

        assertThat(run.broken()).containsExactly("booksBalance");
    }

    @Test
    void aRecordKeptAsideIsTold() {
        run.unreadable = 1;

        assertThat(run.broken()).containsExactly("nothingUnreadable");
    }

    @Test
    void aProcessLeftBehindIsTold() {
        run.orphans.add("still runs: 77 chrome");

        assertThat(run.broken()).containsExactly("nothingLeftBehind");
    }

    @Test
    void whatDoesNotComeToRestIsTold() {
        run.settledAfterMillis = -1;

        assertThat(run.broken()).containsExactly("settled");
    }

    @Test
    void aDriverThatDidNotComeToItsEndProvesNothing() {
        run.driver.removeLast();

        assertThat(run.broken()).containsExactly("settled");
    }

    @Test
    void evidenceCanBeKeptAndReadAgain() {
        var json = tools.jackson.databind.json.JsonMapper.shared();
        var evidence = run.evidence();

        assertThat(
                        json.readValue(
                                json.writeValueAsString(evidence),
                                io.stepfree.load.chaos.evidence.Evidence.class))
                .isEqualTo(evidence);
        assertThat(List.of(evidence.results())).isNotEmpty();
    }
}
