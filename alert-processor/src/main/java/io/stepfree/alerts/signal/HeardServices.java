package io.stepfree.alerts.signal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When each service was last heard, whichever of its instances spoke, so that one that is gone is
 * missed. It is in a store: also what fell silent while this process was away is missed.
 *
 * <p>Who is deaf misses nobody. As this process hears its own signals, it is deaf when it hears
 * nobody at all, as while Kafka is away, and how long it has been listening counts from the end of
 * that. For one thread.
 */
public final class HeardServices {

    /** A service of which nothing was heard for so long was taken away on purpose. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    /** More often a time is not written down. */
    private static final long WRITTEN_EVERY_MILLIS = 1_000;

    private static final String MARK = "heard/";

    private final KeyValueStore<String, Long> marks;
    private final Map<String, Long> heard = new TreeMap<>();
    private long listeningSince;
    private long lastHeard;

    /**
     * @param marks moments by name, of which those that begin with {@code heard/} are ours
     * @param nowMillis the moment from which on it listens
     */
    public HeardServices(KeyValueStore<String, Long> marks, long nowMillis) {
        this.marks = marks;
        this.listeningSince = nowMillis;
        this.lastHeard = nowMillis;
        try (var all = marks.all()) {
            all.forEachRemaining(mark -> {
                if (mark.key.startsWith(MARK)) {
                    // The clock may have been set back.
                    heard.put(mark.key.substring(MARK.length()), Math.min(mark.value, nowMillis));
                }
            });
        }
    }

    /** Takes note of a service that has spoken just now. */
    void hear(String service, long nowMillis) {
        if (isDeaf(nowMillis)) {
            listeningSince = nowMillis;
        }
        lastHeard = nowMillis;
        heard.put(service, nowMillis);
        Long written = marks.get(MARK + service);
        if (written == null || Math.abs(nowMillis - written) >= WRITTEN_EVERY_MILLIS) {
            marks.put(MARK + service, nowMillis);
        }
    }

    /** For how long each has been silent, and we have been listening; empty while we are deaf. */
    Map<String, Double> levels(long nowMillis) {
        heard.entrySet()
                .removeIf(service -> {
                    boolean old = nowMillis - service.getValue() > FORGOTTEN.toMillis();
                    if (old) {
                        marks.delete(MARK + service.getKey());
                    }
                    return old;
                });
        if (isDeaf(nowMillis)) {
            return Map.of();
        }
        var levels = new HashMap<String, Double>();
        levels.put(Level.LISTENING, seconds(listeningSince, nowMillis));
        heard.forEach(
                (service, at) -> levels.put(Level.SILENCE_OF + service, seconds(at, nowMillis)));
        return levels;
    }

    private boolean isDeaf(long nowMillis) {
        return nowMillis - lastHeard > LatestSignals.SILENCE.toMillis();
    }

    private static double seconds(long fromMillis, long toMillis) {
        return Math.max(0, toMillis - fromMillis) / 1000.0;
    }
}
