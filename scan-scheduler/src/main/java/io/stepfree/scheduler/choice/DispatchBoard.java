package io.stepfree.scheduler.choice;

import io.stepfree.schemas.scan.Priority;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Shares what may be out at once between the partitions of this process, so that priorities and the
 * turns of clients hold across them although each partition knows only its own hosts.
 *
 * <p>Each partition shows the best it could hand out. One that asks gets a job granted only if not
 * so many better offers of others are on the board that they need every free place; those others
 * take theirs at their next look, a tenth of a second later. An offer that is not renewed is
 * forgotten. Thread-safe.
 */
public final class DispatchBoard {

    private static final Duration OFFER_HOLDS = Duration.ofSeconds(1);

    private final IntSupplier slots;
    private final IntSupplier dispatchedElsewhere;
    private final int jobsPerSlot;
    private final int lowShare;
    private final int partitionsInAll;
    private final InstantSource clock;
    private final Map<Integer, Partition> partitions = new HashMap<>();
    private final ClientTurns turns = new ClientTurns();
    private long choices;

    private static final class Partition {
        int dispatched;
        long lastChoice;
        List<Offer> offers = List.of();
        Instant offeredAt = Instant.EPOCH;
    }

    private record Ranked(Offer offer, Partition by) {}

    /**
     * @param slots how many scans all workers can make at once, now; 0 while none is heard of
     * @param dispatchedElsewhere how many jobs other schedulers have out, as last heard
     * @param jobsPerSlot how many jobs are handed out for each slot
     * @param lowShare of how many choices one prefers low priority
     * @param partitionsInAll how many partitions there are, here and elsewhere
     */
    public DispatchBoard(
            IntSupplier slots,
            IntSupplier dispatchedElsewhere,
            int jobsPerSlot,
            int lowShare,
            int partitionsInAll,
            InstantSource clock) {
        this.slots = slots;
        this.dispatchedElsewhere = dispatchedElsewhere;
        this.jobsPerSlot = jobsPerSlot;
        this.lowShare = lowShare;
        this.partitionsInAll = partitionsInAll;
        this.clock = clock;
    }

    /** This process now owns the partition, which has so many jobs out. */
    public synchronized void join(int partition, int dispatched) {
        var joined = new Partition();
        joined.dispatched = dispatched;
        partitions.put(partition, joined);
    }

    public synchronized void leave(int partition) {
        partitions.remove(partition);
    }

    /** Whether any worker is heard of: without one nothing is handed out, not even a retry. */
    public boolean workersThere() {
        return slots.getAsInt() > 0;
    }

    /** How many more jobs this process may have out. */
    public synchronized int free() {
        int wanted = slots.getAsInt() * jobsPerSlot;
        int share = Math.ceilDiv(wanted * partitions.size(), partitionsInAll);
        int unused = wanted - dispatchedElsewhere.getAsInt();
        return Math.max(share, unused) - dispatched();
    }

    /** How many jobs this process has out. */
    public synchronized int dispatched() {
        return partitions.values().stream().mapToInt(partition -> partition.dispatched).sum();
    }

    synchronized double served(String client) {
        return turns.served(client, clock.instant());
    }

    /**
     * Shows what the partition could hand out, at most one offer of each priority, and grants one
     * of them if it is its turn. What is granted counts as out.
     */
    synchronized Optional<Offer> ask(int partition, List<Offer> offers) {
        Partition asking = known(partition);
        asking.offers = offers;
        asking.offeredAt = clock.instant();
        int free = free();
        if (free <= 0 || offers.isEmpty()) {
            return Optional.empty();
        }
        Optional<Offer> granted =
                ranking().stream()
                        .limit(free)
                        .filter(ranked -> ranked.by() == asking)
                        .map(Ranked::offer)
                        .findFirst();
        granted.ifPresent(offer -> {
            choices++;
            asking.lastChoice = choices;
            asking.dispatched++;
            turns.serve(offer.client(), clock.instant());
        });
        return granted;
    }

    /** A job is out that needed no turn: a retry whose moment has come. */
    synchronized void sent(int partition, String client) {
        known(partition).dispatched++;
        turns.serve(client, clock.instant());
    }

    /** A job that was out is no longer. */
    synchronized void returned(int partition) {
        known(partition).dispatched--;
    }

    /** Every offer, the one that goes next first. */
    private List<Ranked> ranking() {
        Instant oldest = clock.instant().minus(OFFER_HOLDS);
        var ranking = new ArrayList<Ranked>();
        for (Partition partition : partitions.values()) {
            if (!partition.offeredAt.isBefore(oldest)) {
                partition.offers.forEach(offer -> ranking.add(new Ranked(offer, partition)));
            }
        }
        Priority first = (choices + 1) % lowShare == 0 ? Priority.LOW : Priority.HIGH;
        ranking.sort(
                Comparator.<Ranked>comparingInt(one -> one.offer().priority() == first ? 0 : 1)
                        .thenComparingDouble(one -> one.offer().burden())
                        .thenComparingLong(one -> one.by().lastChoice));
        return ranking;
    }

    private Partition known(int partition) {
        return partitions.computeIfAbsent(partition, _ -> new Partition());
    }
}
