package io.stepfree.load.chaos.check;

import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.site.PageKind;
import java.util.List;
import java.util.Set;

/**
 * Holds the evidence of a run against what is promised, clause by clause. It knows the topics and
 * the tables, and nothing of the services' code.
 */
public final class Checker {

    private final Evidence evidence;
    private final Facts facts;

    public Checker(Evidence evidence) {
        this.evidence = evidence;
        this.facts = new Facts(evidence);
    }

    /** Every clause, in the order of the data path. */
    public List<Verdict> verdicts() {
        var topics = new TopicClauses(facts);
        var views = new ViewClauses(facts);
        return List.of(
                settled(),
                topics.kept(),
                topics.endedOnce(),
                topics.nothingUnasked(),
                topics.oneScanPerKey(),
                topics.forwardOnly(),
                topics.noLateAttempt(),
                topics.everyJobTaken(),
                topics.knownAnswers(),
                views.reports(),
                views.statuses(),
                views.batches(),
                views.deadLettersByteEqual(),
                views.replaysCarriedOut(),
                topics.books(),
                nothingUnreadable(),
                nothingLeftBehind());
    }

    /** How many lives were accepted. */
    public int accepted() {
        return facts.accepted().size();
    }

    /** How many accepted lives have not ended. */
    public long open() {
        return facts.accepted().keySet().stream()
                .filter(life -> facts.ends(life).isEmpty())
                .count();
    }

    /** Lives that did not end, and answered scans that no topic has. */
    public long lost() {
        return open()
                + facts.answered().stream()
                        .filter(id -> !facts.accepted().containsKey(new Life(id, 0)))
                        .count();
    }

    /** Ends beyond the first of their life. */
    public long doubled() {
        return facts.accepted().keySet().stream()
                .mapToLong(life -> Math.max(0, facts.ends(life).size() - 1))
                .sum();
    }

    public long cancelled() {
        return facts.accepted().keySet().stream()
                .filter(life -> facts.course(life).ends(life).contains("CANCELLED"))
                .count();
    }

    /** Lives of scans of pages that can be scanned which ended as dead letters all the same. */
    public long diedOfFaults() {
        return evidence.deadLetters().stream()
                .filter(dead -> PageKind.of(dead.url()).map(PageKind::scannable).orElse(false))
                .count();
    }

    /** Scans that were accepted although their client got no answer that says so. */
    public long acceptedUnanswered() {
        Set<String> answered = facts.answered();
        return facts.accepted().keySet().stream()
                .filter(life -> life.replays() == 0 && !answered.contains(life.scanId()))
                .count();
    }

    private Verdict settled() {
        var breaches =
                new Breaches("settled", "after the faults everything comes to rest by itself");
        breaches.hold(
                evidence.settledAfterMillis() >= 0,
                "something still moved or was missing when the time for that was over");
        long gaveUp = facts.driver(Kind.GAVE_UP).size();
        breaches.hold(gaveUp == 0, "%d requests were given up by their client", gaveUp);
        breaches.hold(!facts.driver(Kind.DONE).isEmpty(), "the driver did not come to its end");
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
}
