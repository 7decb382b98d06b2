package io.stepfree.platform.recovery;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.health.Finding;
import io.stepfree.platform.health.HealthProbe;
import io.stepfree.platform.metric.OwnMeter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts parts anew, by itself when they are seen to have stopped and when an operator orders it,
 * but none more than three times in ten minutes: what does not help does no harm either.
 * Thread-safe; one recovery at a time.
 */
public final class Recoveries implements HealthProbe {

    /** How often a part is started anew at most, within {@link #WINDOW}. */
    static final int MOST = 3;

    static final Duration WINDOW = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(Recoveries.class);

    private final List<Recovery> parts;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<Recovery, Deque<Instant>> lately = new HashMap<>();

    /** What was said last of a part that was not started anew, as long as it is stopped. */
    private final Map<Recovery, String> inVain = new ConcurrentHashMap<>();

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean atWork;
    private volatile Finding found = Finding.up("Nothing was started anew.");
    private volatile String last = "Nothing was started anew.";

    public Recoveries(List<Recovery> parts, MeterRegistry meters, InstantSource clock) {
        this.parts = List.copyOf(parts);
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "recovery";
    }

    /** What has stopped, and does not come back, may be what the service is there for. */
    @Override
    public boolean needed() {
        return true;
    }

    /**
     * Looks whether a part has stopped, has it started anew, and tells what was done last. A part
     * that is still stopped after that was refused or has failed is not well.
     */
    @Override
    public Finding look() {
        // A part that is just stopped for its new start would have to be waited for.
        if (!atWork) {
            found = find();
        }
        return found;
    }

    private Finding find() {
        List<Recovery> stopped = parts.stream().filter(Recovery::isNeeded).toList();
        inVain.keySet().retainAll(stopped);
        if (!stopped.isEmpty() && busy.compareAndSet(false, true)) {
            aside(() -> {
                try {
                    stopped.forEach(part -> {
                        var _ = recover(part, "it had stopped");
                    });
                } finally {
                    busy.set(false);
                }
            });
        }
        Map<Recovery, String> lost = Map.copyOf(inVain);
        if (lost.isEmpty()) {
            return Finding.up(last);
        }
        String told = lost.values().stream().sorted().collect(Collectors.joining(" "));
        return lost.keySet().stream().anyMatch(Recovery::isWorkStopped)
                ? Finding.down(told)
                : Finding.degraded(told);
    }

    /** A part may be the one that asks, and it cannot be stopped while it waits. */
    static void aside(Runnable work) {
        Thread.ofVirtual().name("recovery").start(work);
    }

    /**
     * Starts a part anew on an order.
     *
     * @param why who ordered it, and for what
     * @return what was done, or why not, one sentence; empty when this service has no such part
     */
    public Optional<String> recover(String component, String why) {
        return parts.stream()
                .filter(part -> part.component().equals(component))
                .map(part -> recover(part, why))
                .reduce((one, other) -> one + " " + other);
    }

    private synchronized String recover(Recovery part, String why) {
        Instant now = clock.instant();
        Deque<Instant> times = lately.computeIfAbsent(part, _ -> new ArrayDeque<>());
        while (!times.isEmpty() && times.getFirst().plus(WINDOW).isBefore(now)) {
            times.removeFirst();
        }
        if (times.size() >= MOST) {
            return tell(
                    part,
                    "refused",
                    "The %s was started anew %d times within %d minutes already; look at why that does not help."
                            .formatted(part.component(), MOST, WINDOW.toMinutes()));
        }
        times.addLast(now);
        try {
            atWork = true;
            return tell(part, "done", "%s (%s)".formatted(part.recover(), why));
        } catch (Exception e) {
            log.warn("the {} could not be started anew", part.component(), e);
            return tell(
                    part,
                    "failed",
                    "The %s could not be started anew: %s."
                            .formatted(part.component(), e.getMessage()));
        } finally {
            atWork = false;
        }
    }

    private String tell(Recovery part, String result, String sentence) {
        OwnMeter.RECOVERIES
                .counter(meters, "component", part.component(), "result", result)
                .increment();
        if (!result.equals("done")) {
            inVain.put(part, sentence);
        }
        if (!result.equals("refused")) {
            last = "%s: %s".formatted(clock.instant(), sentence);
            log.info("{}", sentence);
        }
        return sentence;
    }
}
