package io.stepfree.scheduler.ledger;

import io.stepfree.schemas.scan.ClientLedger;
import io.stepfree.schemas.scan.Ledger;
import io.stepfree.schemas.scan.Standing;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The books of one partition, a row for each client, kept in the same transaction as the scans
 * themselves: <em>accepted = completed + dead-lettered + cancelled + open</em>. For one thread.
 */
public final class PartitionLedger implements AutoCloseable {

    private final int partition;
    private final KeyValueStore<String, ClientLedger> store;
    private final Books books;
    private final Map<String, ClientLedger> clients = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    public PartitionLedger(int partition, KeyValueStore<String, ClientLedger> store, Books books) {
        this.partition = partition;
        this.store = store;
        this.books = books;
        try (var rows = store.all()) {
            rows.forEachRemaining(row -> clients.put(row.key, row.value));
        }
        // Whether they were told before is not known, and telling twice does no harm.
        changed.addAll(clients.keySet());
        show(OptionalLong.empty(), OptionalInt.empty(), Optional.empty());
    }

    /**
     * Books one move of a scan.
     *
     * @param from where it stood; null for one that was just accepted
     * @param to where it stands now
     */
    public void moved(String client, @Nullable Standing from, Standing to) {
        ClientLedger known = clients.get(client);
        ClientLedger.Builder ledger =
                known == null
                        ? ClientLedger.newBuilder().setClient(client)
                        : ClientLedger.newBuilder(known);
        if (from == null) {
            ledger.setAccepted(ledger.getAccepted() + 1);
        } else {
            count(ledger, from, -1);
        }
        count(ledger, to, 1);
        ClientLedger after = ledger.build();
        clients.put(client, after);
        store.put(client, after);
        changed.add(client);
    }

    private static void count(ClientLedger.Builder ledger, Standing standing, int by) {
        switch (standing) {
            case WAITING -> {
                ledger.setWaiting(ledger.getWaiting() + by);
                ledger.setOpen(ledger.getOpen() + by);
            }
            case RUNNING -> {
                ledger.setRunning(ledger.getRunning() + by);
                ledger.setOpen(ledger.getOpen() + by);
            }
            case RETRYING -> {
                ledger.setRetrying(ledger.getRetrying() + by);
                ledger.setOpen(ledger.getOpen() + by);
            }
            case COMPLETED -> ledger.setCompleted(ledger.getCompleted() + by);
            case DEAD_LETTERED -> ledger.setDeadLettered(ledger.getDeadLettered() + by);
            case CANCELLED -> ledger.setCancelled(ledger.getCancelled() + by);
            case UNKNOWN -> throw new IllegalArgumentException("no scan stands nowhere");
        }
    }

    /** How many scans of this client wait for a worker here. */
    public long waiting(String client) {
        ClientLedger ledger = clients.get(client);
        return ledger == null ? 0 : ledger.getWaiting();
    }

    /** How many scans are open here. */
    long open() {
        return clients.values().stream().mapToLong(ClientLedger::getOpen).sum();
    }

    /** By how much the books do not add up: 0, or something is wrong. */
    long imbalance() {
        return clients.values().stream().mapToLong(PartitionLedger::imbalance).sum();
    }

    private static long imbalance(ClientLedger ledger) {
        long ended = ledger.getCompleted() + ledger.getDeadLettered() + ledger.getCancelled();
        long counted = ledger.getWaiting() + ledger.getRunning() + ledger.getRetrying();
        return Math.abs(ledger.getAccepted() - ended - ledger.getOpen())
                + Math.abs(counted - ledger.getOpen());
    }

    /** What has changed since it was last told; absent when nothing has. */
    public Optional<Ledger> news() {
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        var news =
                changed.stream()
                        .sorted()
                        .flatMap(client -> Optional.ofNullable(clients.get(client)).stream())
                        .toList();
        changed.clear();
        return Optional.of(
                Ledger.newBuilder()
                        .setPartition(partition)
                        .setClients(news)
                        .setTotal(total())
                        .build());
    }

    private ClientLedger total() {
        ClientLedger.Builder total = ClientLedger.newBuilder().setClient("");
        for (ClientLedger one : clients.values()) {
            total.setAccepted(total.getAccepted() + one.getAccepted())
                    .setCompleted(total.getCompleted() + one.getCompleted())
                    .setDeadLettered(total.getDeadLettered() + one.getDeadLettered())
                    .setCancelled(total.getCancelled() + one.getCancelled())
                    .setOpen(total.getOpen() + one.getOpen())
                    .setWaiting(total.getWaiting() + one.getWaiting())
                    .setRunning(total.getRunning() + one.getRunning())
                    .setRetrying(total.getRetrying() + one.getRetrying());
        }
        return total.build();
    }

    /**
     * Shows how the books stand to the process.
     *
     * @param rowsMissing by how many rows the books differ from a whole count; empty while none has
     *     ended
     * @param overdue how many scans are overdue; empty while that is not known
     * @param waitingSince since when the scan waits that waits longest; empty when none does
     */
    public void show(
            OptionalLong rowsMissing, OptionalInt overdue, Optional<Instant> waitingSince) {
        long own = imbalance();
        OptionalLong imbalance =
                rowsMissing.isEmpty() && own == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(own + Math.abs(rowsMissing.orElse(0)));
        books.show(partition, all(), imbalance, overdue, waitingSince);
    }

    private Collection<ClientLedger> all() {
        return Collections.unmodifiableCollection(clients.values());
    }

    @Override
    public void close() {
        books.close(partition);
    }
}
