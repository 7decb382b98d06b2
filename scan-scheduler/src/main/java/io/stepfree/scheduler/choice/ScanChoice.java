package io.stepfree.scheduler.choice;

import io.stepfree.scheduler.choice.WaitingKey.Lane;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.HostPace;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What of one partition goes next. A retry whose moment has come goes before all others and needs
 * no free place, so that its wait does not depend on them; only its host may hold it up. The rest
 * goes by turns: the client that was served least of late and waits for least comes first, and
 * within a client the hosts take turns. For one thread.
 */
public final class ScanChoice implements AutoCloseable {

    private static final String NO_TURNS = "";

    private final int partition;
    private final DispatchBoard board;
    private final WaitingScans waiting;
    private final HostGates gates;
    private final ToLongFunction<String> backlog;

    private record Turn(String client, double burden) {}

    /** A scan that goes next, as it stands among those that wait. */
    public static final class Chosen {
        private final WaitingKey key;

        private Chosen(WaitingKey key) {
            this.key = key;
        }

        public String scanId() {
            return key.scanId();
        }
    }

    /**
     * @param partition which partition this is
     * @param waiting the store of waiting scans
     * @param paces the store of what is known of hosts
     * @param backlog how many scans of a client wait in this partition
     */
    public ScanChoice(
            int partition,
            KeyValueStore<String, String> waiting,
            KeyValueStore<String, HostPace> paces,
            HostLimits limits,
            DispatchBoard board,
            ToLongFunction<String> backlog) {
        this.partition = partition;
        this.board = board;
        this.backlog = backlog;
        this.waiting = new WaitingScans(waiting);
        this.gates = new HostGates(paces, limits);
        List<String> out = this.waiting.hostsOut();
        out.forEach(gates::outAtStart);
        board.join(partition, out.size());
    }

    /**
     * A scan waits for a worker.
     *
     * @param since when it was submitted, or when its retry was due
     */
    public void waits(ScanRequest request, Instant since, boolean retry) {
        waiting.add(key(request, since, retry));
    }

    /** It waits no more: it was taken, or cancelled. */
    public void waitsNoMore(ScanRequest request, Instant since, boolean retry) {
        waiting.take(key(request, since, retry));
    }

    /** The next retry whose host may be visited; {@link #sent} says that it went. */
    public Optional<Chosen> nextRetry(Instant now) {
        return board.workersThere()
                ? waiting.next(Lane.RETRY, NO_TURNS, gates, now).map(Chosen::new)
                : Optional.empty();
    }

    /** The next scan whose turn it is; it counts as out already. */
    public Optional<Chosen> nextInTurn(Instant now) {
        Map<Priority, WaitingKey> best = new HashMap<>();
        var offers = new ArrayList<Offer>();
        for (Priority priority : Priority.values()) {
            best(priority, now)
                    .ifPresent(found -> {
                        best.put(priority, found);
                        offers.add(new Offer(priority, found.client(), burden(found.client())));
                    });
        }
        return board.ask(partition, offers)
                .flatMap(granted -> Optional.ofNullable(best.get(granted.priority())))
                .map(Chosen::new);
    }

    /** What was chosen cannot be sent: it waits no more, and its place is free again. */
    public void drop(Chosen chosen) {
        if (chosen.key.lane() != Lane.RETRY) {
            board.returned(partition);
        }
        waiting.take(chosen.key);
    }

    /** Whether it is worth asking for the next one. */
    public boolean hasFreePlaces() {
        return board.free() > 0;
    }

    /** A job is out. */
    public void sent(ScanRequest request, Instant now, boolean retry) {
        if (retry) {
            board.sent(partition, request.getClient());
        }
        gates.sent(WaitingKey.safe(request.getHost()), now);
        waiting.add(outKey(request));
    }

    /** A job is no longer out, however it ended. */
    public void returned(ScanRequest request) {
        board.returned(partition);
        String host = WaitingKey.safe(request.getHost());
        gates.returned(host);
        waiting.opened(host);
        waiting.remove(outKey(request));
    }

    /** The host served a page well. */
    public void completed(ScanRequest request) {
        String host = WaitingKey.safe(request.getHost());
        gates.completed(host);
        waiting.opened(host);
    }

    /** An attempt failed; the host is spared if it has too much to do. */
    public void failed(ScanRequest request, Failure failure, Instant startedAt, Instant now) {
        gates.failed(WaitingKey.safe(request.getHost()), failure, startedAt, now);
    }

    /** Forgets what is known of hosts that have not been visited for long. */
    public void forgetOldHosts(Instant now) {
        gates.forgetOld(now);
    }

    @Override
    public void close() {
        board.leave(partition);
    }

    private Optional<WaitingKey> best(Priority priority, Instant now) {
        Lane lane = Lane.of(priority);
        return waiting.clients(lane, now).stream()
                .map(client -> new Turn(client, burden(client)))
                .sorted(Comparator.comparingDouble(Turn::burden))
                .flatMap(turn -> waiting.next(lane, turn.client(), gates, now).stream())
                .findFirst();
    }

    /**
     * Short queues first, but only by the logarithm of their length: who waits for five is served
     * before who waits for a thousand, and who waits for a thousand is not left behind for long.
     */
    private double burden(String client) {
        return board.served(client) + Math.log(1.0 + backlog.applyAsLong(client)) / Math.log(2);
    }

    private static WaitingKey key(ScanRequest request, Instant since, boolean retry) {
        return retry
                ? new WaitingKey(
                        Lane.RETRY, NO_TURNS, request.getHost(), since, request.getScanId())
                : new WaitingKey(
                        Lane.of(request.getPriority()),
                        request.getClient(),
                        request.getHost(),
                        since,
                        request.getScanId());
    }

    private static WaitingKey outKey(ScanRequest request) {
        return new WaitingKey(
                Lane.OUT, NO_TURNS, request.getHost(), Instant.EPOCH, request.getScanId());
    }
}
