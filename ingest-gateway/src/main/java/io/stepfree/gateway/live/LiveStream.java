package io.stepfree.gateway.live;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one client is told of one scan or batch. Events are taken at once and wait for the thread
 * that writes; when too many wait, the stream is cut off. Thread-safe, for one thread that writes.
 */
final class LiveStream implements EventFeed.Follower {

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORTEST_RETRY_MILLIS = 1_000;
    private static final int LONGEST_RETRY_MILLIS = 5_000;

    private final String client;
    private final Subject subject;
    private final int backlog;
    private final Duration heartbeat;
    private final BooleanSupplier caller;
    private final Runnable onCut;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private List<LiveEvent> waiting = new ArrayList<>();
    private boolean closed;

    // Of the thread that writes.
    private long offset;
    private @Nullable Mark toldByState;
    private boolean last;

    /**
     * @param backlog how many events may wait
     * @param caller whether who reads may still do so; asked before anything is told
     * @param onCut is told when that was not enough
     */
    LiveStream(
            String client,
            Subject subject,
            int backlog,
            Duration heartbeat,
            BooleanSupplier caller,
            Runnable onCut) {
        this.client = client;
        this.subject = subject;
        this.backlog = backlog;
        this.heartbeat = heartbeat;
        this.caller = caller;
        this.onCut = onCut;
    }

    /**
     * With what a stream begins.
     *
     * @param place where its client is
     * @param state what it is shown first; absent when it only goes on
     * @param gap why what came before is not told; absent when nothing is left out
     * @param missed the events after the place that were there before the stream was
     */
    record Beginning(
            Place place, @Nullable String state, @Nullable String gap, List<LiveEvent> missed) {}

    String client() {
        return client;
    }

    @Override
    public Subject subject() {
        return subject;
    }

    @Override
    public void hear(LiveEvent event) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (waiting.size() >= backlog) {
                close();
                onCut.run();
                return;
            }
            waiting.add(event);
            moved.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it as soon as what is being written is written. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            moved.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells what there is and what comes; returns when nothing more is to come, the stream was
     * closed, or its reader may not read on.
     *
     * @throws IOException when the client is gone, or takes nothing for too long
     */
    void write(Beginning beginning, OutputStream output) throws IOException {
        Place place = beginning.place();
        offset = place.offset();
        last = beginning.state() != null && place.mark().isLast();
        toldByState = place.ofState() ? place.mark() : null;
        // Not all at the same moment, when all were ended at one.
        output.write(
                "retry: %d\n\n"
                        .formatted(
                                ThreadLocalRandom.current()
                                        .nextInt(SHORTEST_RETRY_MILLIS, LONGEST_RETRY_MILLIS))
                        .getBytes(StandardCharsets.US_ASCII));
        if (beginning.gap() != null) {
            output.write(
                    "event: gap\ndata: %s\n\n"
                            .formatted(beginning.gap())
                            .getBytes(StandardCharsets.US_ASCII));
        }
        if (beginning.state() != null) {
            output.write(LiveEvent.frame(place.word(subject), "state", beginning.state()));
        }
        List<LiveEvent> news = beginning.missed();
        while (true) {
            for (LiveEvent event : news) {
                tell(event, output);
            }
            output.flush();
            @Nullable List<LiveEvent> next = next();
            if (next == null || !caller.getAsBoolean()) {
                return;
            }
            if (next.isEmpty()) {
                output.write(HEARTBEAT);
            }
            news = next;
        }
    }

    private void tell(LiveEvent event, OutputStream output) throws IOException {
        if (event.offset() <= offset) {
            return;
        }
        offset = event.offset();
        if (toldByState != null && event.mark().compareTo(toldByState) <= 0) {
            return;
        }
        last = event.mark().isLast();
        output.write(event.frame());
    }

    /** What has come; nothing after a while without news, null when the stream is to end. */
    private @Nullable List<LiveEvent> next() {
        lock.lock();
        try {
            long left = heartbeat.toNanos();
            while (!closed && waiting.isEmpty() && !last && left > 0) {
                left = moved.awaitNanos(left);
            }
            if (closed || (last && waiting.isEmpty())) {
                return null;
            }
            List<LiveEvent> taken = waiting;
            waiting = new ArrayList<>();
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }
}
