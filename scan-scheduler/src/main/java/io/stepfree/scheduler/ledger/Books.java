package io.stepfree.scheduler.ledger;

import io.stepfree.schemas.scan.ClientLedger;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The books of all partitions that this process owns, for metrics and signals. A moment behind the
 * stores. Thread-safe.
 */
public final class Books {

    private record Page(
            List<ClientLedger> clients,
            OptionalLong imbalance,
            OptionalInt overdue,
            Optional<Instant> waitingSince) {}

    private final Map<Integer, Page> pages = new ConcurrentHashMap<>();

    /** How many scans there are, of one client or of all. */
    public record Totals(
            long accepted,
            long completed,
            long deadLettered,
            long cancelled,
            long open,
            long waiting,
            long running,
            long retrying) {

        private static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0);

        private static Totals of(ClientLedger ledger) {
            return new Totals(
                    ledger.getAccepted(),
                    ledger.getCompleted(),
                    ledger.getDeadLettered(),
                    ledger.getCancelled(),
                    ledger.getOpen(),
                    ledger.getWaiting(),
                    ledger.getRunning(),
                    ledger.getRetrying());
        }

        private Totals plus(Totals other) {
            return new Totals(
                    accepted + other.accepted,
                    completed + other.completed,
                    deadLettered + other.deadLettered,
                    cancelled + other.cancelled,
                    open + other.open,
                    waiting + other.waiting,
                    running + other.running,
                    retrying + other.retrying);
        }
    }

    /**
     * Takes note of how a partition's books stand.
     *
     * @param imbalance by how much they do not add up; 0 in a sound house, empty while that is not
     *     known
     * @param overdue how many scans have been open for longer than any should; empty while that is
     *     not known
     * @param waitingSince since when the scan waits that waits longest; empty when none does
     */
    void show(
            int partition,
            Collection<ClientLedger> clients,
            OptionalLong imbalance,
            OptionalInt overdue,
            Optional<Instant> waitingSince) {
        pages.put(partition, new Page(List.copyOf(clients), imbalance, overdue, waitingSince));
    }

    void close(int partition) {
        pages.remove(partition);
    }

    /** All clients of all partitions here. */
    public Totals totals() {
        return byClient().values().stream().reduce(Totals.NONE, Totals::plus);
    }

    /** The totals of each client. */
    public Map<String, Totals> byClient() {
        var totals = new HashMap<String, Totals>();
        for (Page page : pages.values()) {
            for (ClientLedger ledger : page.clients()) {
                totals.merge(ledger.getClient(), Totals.of(ledger), Totals::plus);
            }
        }
        return new TreeMap<>(totals);
    }

    /**
     * By how much the books do not add up, over all partitions here. Empty while it is not known of
     * each of them, unless it is certain that they do not: what is not known is not called 0.
     */
    public OptionalLong imbalance() {
        var pagesNow = List.copyOf(pages.values());
        long known = pagesNow.stream().mapToLong(page -> page.imbalance().orElse(0)).sum();
        boolean whole = pagesNow.stream().allMatch(page -> page.imbalance().isPresent());
        return known > 0 || (whole && !pagesNow.isEmpty())
                ? OptionalLong.of(known)
                : OptionalLong.empty();
    }

    /**
     * How many scans have been open for longer than any should, over all partitions here. Empty
     * while it is not known of each of them, unless there are some.
     */
    public OptionalInt overdue() {
        var pagesNow = List.copyOf(pages.values());
        int known = pagesNow.stream().mapToInt(page -> page.overdue().orElse(0)).sum();
        boolean whole = pagesNow.stream().allMatch(page -> page.overdue().isPresent());
        return known > 0 || (whole && !pagesNow.isEmpty())
                ? OptionalInt.of(known)
                : OptionalInt.empty();
    }

    /** Since when the scan waits here that waits longest; empty when none does. */
    public Optional<Instant> waitingSince() {
        return pages.values().stream()
                .flatMap(page -> page.waitingSince().stream())
                .min(Comparator.naturalOrder());
    }

    /** Of how many partitions the books are kept here. */
    public int partitions() {
        return pages.size();
    }
}
