package io.stepfree.gateway.live;

import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.schemas.scan.ScanEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hears every event once and hands it to the streams that are open for its scan or batch. The
 * newest are kept, so that who comes a moment late, or comes back after one, need not have them
 * read again. Thread-safe; never waits for a stream.
 */
public final class EventFeed implements RecordHandler<ScanEvent> {

    /** How many events of each partition are kept. */
    static final int KEPT = 1_000;

    private final List<Channel> channels;

    /**
     * @param starts the offset at which it begins to hear, for each partition
     */
    EventFeed(List<Long> starts) {
        this.channels = starts.stream().map(Channel::new).toList();
    }

    /** Who is told of the events of one subject. */
    interface Follower {
        Subject subject();

        /** Must not block. */
        void hear(LiveEvent event);
    }

    /**
     * What was there when a follower came.
     *
     * @param next every record from this offset on is handed to the follower
     * @param kept of the records from this offset on, up to next, all that concern it are recent
     * @param recent its events, oldest first
     */
    record Heard(long next, long kept, List<LiveEvent> recent) {}

    int partitions() {
        return channels.size();
    }

    /** From where a partition is to be read on. */
    long next(int partition) {
        return channels.get(partition).next();
    }

    @Override
    public void handle(ScanEvent event, ConsumerRecord<byte[], byte[]> record) {
        channels.get(record.partition())
                .hear(record.offset(), Words.of(event, record.partition(), record.offset()));
    }

    /** From now on the follower is told of what comes. */
    Heard follow(Follower follower) {
        return channels.get(follower.subject().partition(partitions())).follow(follower);
    }

    void leave(Follower follower) {
        channels.get(follower.subject().partition(partitions())).leave(follower);
    }

    /** One partition; a lock for each, as nothing is ordered between them. */
    private static final class Channel {

        private final Map<Subject, Set<Follower>> followers = new HashMap<>();
        private final Deque<LiveEvent> recent = new ArrayDeque<>();
        private long next;
        private long kept;

        Channel(long start) {
            this.next = start;
            this.kept = start;
        }

        synchronized long next() {
            return next;
        }

        synchronized void hear(long offset, Optional<LiveEvent> told) {
            if (offset < next) {
                // Heard before: the reading of the topic began anew.
                return;
            }
            next = offset + 1;
            told.ifPresent(this::tell);
        }

        private void tell(LiveEvent event) {
            if (recent.size() == KEPT) {
                kept = recent.removeFirst().offset() + 1;
            }
            recent.addLast(event);
            followers
                    .getOrDefault(event.subject(), Set.of())
                    .forEach(follower -> follower.hear(event));
        }

        synchronized Heard follow(Follower follower) {
            followers.computeIfAbsent(follower.subject(), _ -> new LinkedHashSet<>()).add(follower);
            var own = new ArrayList<LiveEvent>();
            for (LiveEvent event : recent) {
                if (event.subject().equals(follower.subject())) {
                    own.add(event);
                }
            }
            return new Heard(next, kept, own);
        }

        synchronized void leave(Follower follower) {
            followers.computeIfPresent(
                    follower.subject(),
                    (_, all) -> {
                        all.remove(follower);
                        return all.isEmpty() ? null : all;
                    });
        }
    }
}
