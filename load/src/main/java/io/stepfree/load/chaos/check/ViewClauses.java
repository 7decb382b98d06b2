package io.stepfree.load.chaos.check;

import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Evidence.BatchRow;
import io.stepfree.load.chaos.evidence.Evidence.Command;
import io.stepfree.load.chaos.evidence.Evidence.Dead;
import io.stepfree.load.chaos.evidence.Evidence.DeadRow;
import io.stepfree.load.chaos.evidence.Evidence.Position;
import io.stepfree.load.chaos.evidence.Evidence.ReplayRow;
import io.stepfree.load.chaos.evidence.Evidence.ReportRow;
import io.stepfree.load.chaos.evidence.Evidence.Result;
import io.stepfree.load.chaos.evidence.Evidence.StatusRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people are shown must be what the topics say: the tables and the files made of them. */
final class ViewClauses {

    private final Facts facts;
    private final Evidence evidence;
    private final Map<Life, Command> accepted;

    ViewClauses(Facts facts) {
        this.facts = facts;
        this.evidence = facts.evidence();
        this.accepted = facts.accepted();
    }

    /* The two that the row names, and of the page perhaps its encoded forms; nothing else. */
    private static boolean isWhole(ReportRow row, Set<String> files) {
        String html = fileName(row.htmlFile());
        String json = fileName(row.jsonFile());
        return files.containsAll(Set.of(html, json))
                && Set.of(html, html + ".br", html + ".gz", json).containsAll(files);
    }

    private static String fileName(String place) {
        return place.substring(place.lastIndexOf('/') + 1);
    }

    Verdict reports() {
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
        }
        for (ReportRow row : evidence.reportRows()) {
            List<String> files = evidence.reportFolders().getOrDefault(row.scanId(), List.of());
            breaches.hold(
                    isWhole(row, Set.copyOf(files)), "%s has the files %s", row.scanId(), files);
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
        evidence.tornReports()
                .forEach(file -> breaches.hold(false, "%s is not a whole report", file));
        for (Map.Entry<String, List<String>> folder : evidence.reportFolders().entrySet()) {
            breaches.hold(
                    ids.contains(folder.getKey()),
                    "there are the files %s of %s, which has no result",
                    folder.getValue(),
                    folder.getKey());
        }
        return breaches.verdict();
    }

    Verdict statuses() {
        var breaches =
                new Breaches("statusTrue", "the status shown to clients is how the scan ended");
        Map<String, StatusRow> rows =
                evidence.statusRows().stream()
                        .collect(
                                Collectors.toMap(
                                        StatusRow::scanId, Function.identity(), (one, _) -> one));
        facts.newestLives()
                .forEach((id, life) -> {
                    List<String> ends = facts.course(life).ends(life);
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

    Verdict batches() {
        var breaches =
                new Breaches("batchesTrue", "each batch is shown with what became of its scans");
        Map<String, List<Life>> scans = new HashMap<>();
        for (Life life : facts.newestLives().values()) {
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
                            lives.stream().filter(life -> facts.ends(life).isEmpty()).count(),
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
        return lives.stream().filter(life -> facts.ends(life).contains(end)).count();
    }

    Verdict deadLettersByteEqual() {
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

    Verdict replaysCarriedOut() {
        var breaches =
                new Breaches(
                        "replaysCarriedOut", "each accepted order to replay is carried out once");
        Map<String, List<ReplayRow>> rows =
                evidence.replayRows().stream().collect(Collectors.groupingBy(ReplayRow::requestId));
        for (DriverEntry entry : facts.driver(Kind.REPLAY_ANSWERED)) {
            if (entry.status() == Facts.ACCEPTED) {
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
}
