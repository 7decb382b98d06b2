package io.stepfree.gateway.live;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live streams of this gateway: so many at once, and so many of one client. Each begins with
 * the present state, or where its client was, and tells everything after that once and in order.
 * Whatever is wrong is thrown before anything is answered. Thread-safe.
 */
public final class LiveStreams implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LiveStreams.class);
    private static final Duration LONGEST_END = Duration.ofSeconds(12);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final int ASKING_AT_ONCE = 2;

    /** One of the client's may have ended until then. */
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final StreamsProperties properties;
    private final EventFeed feed;
    private final EventArchive archive;
    private final Function<HttpServletRequest, BooleanSupplier> callers;
    private final Runnable countCut;
    private final Semaphore asking = new Semaphore(ASKING_AT_ONCE, true);

    private final Set<LiveStream> open = new HashSet<>();
    private final Map<String, Integer> byClient = new HashMap<>();
    private boolean closed;

    /**
     * @param callers gives, for a request, what tells whether who makes it may read on
     */
    LiveStreams(
            StreamsProperties properties,
            EventFeed feed,
            EventArchive archive,
            Function<HttpServletRequest, BooleanSupplier> callers,
            MeterRegistry meters) {
        this.properties = properties;
        this.feed = feed;
        this.archive = archive;
        this.callers = callers;
        this.countCut = OwnMeter.GATEWAY_STREAMS_CUT.counter(meters)::increment;
        OwnMeter.GATEWAY_STREAMS_OPEN.gauge(meters, this, LiveStreams::count);
    }

    /**
     * Answers with a stream on a scan, or with 204 when its client has seen the end.
     *
     * @param standing how the scan stands
     */
    public void serveScan(
            String client,
            String scanId,
            Subject.Standing standing,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        serve(client, Subject.scan(scanId), standing, request, response);
    }

    /**
     * Answers with a stream on a batch, or with 204 when its client has seen the end.
     *
     * @param batchId as in the topics
     * @param standing how the batch stands
     */
    public void serveBatch(
            String client,
            String batchId,
            Subject.Standing standing,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        serve(client, Subject.batch(batchId), standing, request, response);
    }

    private void serve(
            String client,
            Subject subject,
            Subject.Standing standing,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String seen = request.getHeader(Place.HEADER);
        @Nullable Place place =
                seen == null || seen.isEmpty()
                        ? null
                        : Place.read(seen, subject, feed.partitions());
        if (request.getMethod().equals("HEAD")) {
            var _ = standing.get();
            OpenAnswer.announce(response);
            return;
        }
        LiveStream stream = admit(client, subject, callers.apply(request));
        boolean begun = false;
        try {
            Optional<LiveStream.Beginning> beginning = begin(stream, standing, place);
            if (beginning.isEmpty()) {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
                return;
            }
            OpenAnswer answer = OpenAnswer.begin(request, response, stream::close);
            Thread.ofVirtual()
                    .name("live")
                    .start(() -> write(stream, beginning.orElseThrow(), answer));
            begun = true;
        } finally {
            if (!begun) {
                leave(stream);
            }
        }
    }

    private void write(LiveStream stream, LiveStream.Beginning beginning, OpenAnswer answer) {
        try {
            stream.write(beginning, answer.body());
        } catch (IOException e) {
            log.debug("The reader of a live stream is gone: {}", e.toString());
        } finally {
            // First, or who comes back at once would be counted twice.
            leave(stream);
            answer.end();
        }
    }

    /** With what a stream begins; empty when its client has seen the end. */
    private Optional<LiveStream.Beginning> begin(
            LiveStream stream, Subject.Standing standing, @Nullable Place place) {
        EventFeed.Heard heard = feed.follow(stream);
        int partition = stream.subject().partition(feed.partitions());
        // Before the state is read: what the views are sure to tell can only become more.
        long projected = archive.projected(partition);
        Subject.Present present = inTurn(standing);
        if (place == null) {
            return Optional.of(fromState(stream, heard, partition, projected, present, null));
        }
        if (place.mark().isLast() && present.mark().compareTo(place.mark()) <= 0) {
            return Optional.empty();
        }
        Optional<List<LiveEvent>> missed =
                place.partition() == partition
                        ? since(stream.subject(), heard, partition, place.offset() + 1)
                        : Optional.empty();
        return Optional.of(
                missed.map(events -> new LiveStream.Beginning(place, null, null, events))
                        .orElseGet(() ->
                                fromState(
                                        stream,
                                        heard,
                                        partition,
                                        projected,
                                        present,
                                        "What came after this id is not there any more, or too much to be told; the present state follows.")));
    }

    /* When all come back at once they must not take every connection to the database. */
    private Subject.Present inTurn(Subject.Standing standing) {
        try {
            if (!asking.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ProblemException(
                        ProblemType.UNAVAILABLE,
                        "Too many live streams are being opened at this gateway; come again later.");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ProblemException(
                    ProblemType.UNAVAILABLE, "This gateway is being stopped; come again.");
        }
        try {
            return standing.get();
        } finally {
            asking.release();
        }
    }

    private LiveStream.Beginning fromState(
            LiveStream stream,
            EventFeed.Heard heard,
            int partition,
            long projected,
            Subject.Present present,
            @Nullable String gap) {
        Optional<List<LiveEvent>> missed = since(stream.subject(), heard, partition, projected);
        String left =
                missed.isEmpty() && gap == null
                        ? "The state that follows is an old one, and too much came after it to be told."
                        : gap;
        return new LiveStream.Beginning(
                new Place(partition, projected - 1, present.mark(), true),
                Words.of(present.view()),
                left == null ? null : Words.of(Map.of("reason", left)),
                missed.orElse(heard.recent()));
    }

    /**
     * The events from an offset on that were there before the stream was; empty where they are not.
     */
    private Optional<List<LiveEvent>> since(
            Subject subject, EventFeed.Heard heard, int partition, long from) {
        if (from >= heard.kept()) {
            // One that is ahead was told more by another gateway, unless the topic was made anew.
            return from <= heard.next() || archive.reaches(partition, from)
                    ? Optional.of(heard.recent())
                    : Optional.empty();
        }
        return archive.read(subject, partition, from, heard.kept())
                .map(old -> {
                    var all = new ArrayList<>(old);
                    all.addAll(heard.recent());
                    return all;
                });
    }

    private synchronized LiveStream admit(String client, Subject subject, BooleanSupplier caller) {
        if (closed) {
            throw new ProblemException(
                    ProblemType.UNAVAILABLE, "This gateway is being stopped; come again.");
        }
        int own = byClient.getOrDefault(client, 0);
        if (own >= properties.perClient()) {
            throw new ProblemException(
                    ProblemType.RATE_LIMITED,
                    "The client %s has %d live streams open, and more are not allowed at once; close one, or follow a batch in place of its scans."
                            .formatted(client, own),
                    List.of(),
                    TRY_AGAIN);
        }
        if (open.size() >= properties.most()) {
            throw new ProblemException(
                    ProblemType.UNAVAILABLE,
                    "This gateway has %d live streams open and takes no more; come again later."
                            .formatted(open.size()));
        }
        var stream =
                new LiveStream(
                        client,
                        subject,
                        properties.backlog(),
                        properties.heartbeat(),
                        caller,
                        countCut);
        open.add(stream);
        byClient.merge(client, 1, Integer::sum);
        return stream;
    }

    private void leave(LiveStream stream) {
        feed.leave(stream);
        stream.close();
        synchronized (this) {
            if (open.remove(stream)) {
                byClient.computeIfPresent(
                        stream.client(), (_, count) -> count == 1 ? null : count - 1);
                notifyAll();
            }
        }
    }

    private synchronized int count() {
        return open.size();
    }

    /** Ends all streams, and takes no more; returns when they have ended, or some seconds after. */
    @Override
    public void close() {
        List<LiveStream> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(open);
        }
        ending.forEach(LiveStream::close);
        awaitEnd();
    }

    private synchronized void awaitEnd() {
        long end = System.nanoTime() + LONGEST_END.toNanos();
        try {
            while (!open.isEmpty()) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    log.info("{} live streams did not end in time", open.size());
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
