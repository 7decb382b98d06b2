package io.stepfree.load.chaos.evidence;

import io.stepfree.load.chaos.evidence.Evidence.Event;
import io.stepfree.load.measure.MeasurementException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Follows scan.events while a run goes on: which scans are with a worker just now, and for how long
 * nothing has moved although something could. Its times are those of its own clock. Thread-safe.
 */
public final class LiveView implements AutoCloseable {

    private static final Set<String> ENDS = Set.of("COMPLETED", "DEAD_LETTERED", "CANCELLED");
    private static final Duration LEAVING = Duration.ofSeconds(10);

    private final TopicLog topics;
    private final Thread thread;
    private final Map<String, String> newest = new HashMap<>();
    private final Set<String> dispatched = new HashSet<>();
    private volatile boolean running = true;
    private int seen;
    private int open;
    private long ended;
    private long movedAt = System.nanoTime();
    private Duration longestStall = Duration.ZERO;

    public LiveView(String brokers, URI registry) {
        this.topics = new TopicLog(brokers, registry);
        this.thread = Thread.ofPlatform().name("live-view").daemon().start(this::follow);
    }

    /**
     * How many scans are with a worker, or on their way to one.
     *
     * @throws MeasurementException when it is not followed any more
     */
    public synchronized int inFlight() {
        requireAlive();
        return dispatched.size();
    }

    /** How many lives of scans are accepted and have not ended. */
    public synchronized int open() {
        return open;
    }

    /** How many lives of scans have ended. */
    public synchronized long ended() {
        return ended;
    }

    /**
     * The longest time in which nothing moved although something was open.
     *
     * @throws MeasurementException when it is not followed any more
     */
    public synchronized Duration longestStall() {
        requireAlive();
        return longestStall;
    }

    /* What it saw last would be taken for what is so. */
    private void requireAlive() {
        if (running && !thread.isAlive()) {
            throw new MeasurementException(
                    "The topics of the run are not followed any more; the log says why.");
        }
    }

    private void follow() {
        while (running) {
            try {
                topics.poll();
                take(topics.events());
            } catch (KafkaException _) {
                // The broker is away: nothing moves, which is what is to be seen.
            }
        }
    }

    private synchronized void take(List<Event> events) {
        long now = System.nanoTime();
        boolean stalled = open > 0;
        for (Event event : events.subList(seen, events.size())) {
            take(event);
        }
        if (stalled) {
            Duration still = Duration.ofNanos(now - movedAt);
            longestStall = still.compareTo(longestStall) > 0 ? still : longestStall;
        }
        if (events.size() > seen || !stalled) {
            movedAt = now;
        }
        seen = events.size();
    }

    private void take(Event event) {
        if (event.kind().equals("REPORT_PUBLISHED") || event.kind().equals("OVERDUE")) {
            return;
        }
        String before = newest.put(event.scanId(), event.kind());
        if (event.kind().equals("ACCEPTED")) {
            open++;
        } else if (ENDS.contains(event.kind()) && before != null && !ENDS.contains(before)) {
            open--;
            ended++;
        }
        if (event.kind().equals("DISPATCHED")) {
            dispatched.add(event.scanId());
        } else {
            dispatched.remove(event.scanId());
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join(LEAVING);
        if (!thread.isAlive()) {
            topics.close();
        }
    }
}
