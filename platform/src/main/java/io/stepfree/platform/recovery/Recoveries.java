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
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final Map<String, Deque<Instant>> lately = new HashMap<>();
    private final AtomicBoolean busy = new AtomicBoolean();
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

    /** Looks whether a part has stopped, has it started anew, and tells what was done last. */
    @Override
    public Finding look() {
        List<Recovery> stopped = parts.stream().filter(Recovery::isNeeded).toList();
        if (!stopped.isEmpty() && busy.compareAndSet(false, true)) {
            aside(() -> {
                stopped.forEach(part -> {
                    var _ = recover(part, "it had stopped");
                });
                busy.set(false);
            });
        }
        return Finding.up(last);
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
        Deque<Instant> times = lately.computeIfAbsent(part.component(), _ -> new ArrayDeque<>());
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
            return tell(part, "done", "%s (%s)".formatted(part.recover(), why));
        } catch (Exception e) {
            log.warn("the {} could not be started anew", part.component(), e);
            return tell(
                    part,
                    "failed",
                    "The %s could not be started anew: %s."
                            .formatted(part.component(), e.getMessage()));
        }
    }

    private String tell(Recovery part, String result, String sentence) {
        OwnMeter.RECOVERIES
                .counter(meters, "component", part.component(), "result", result)
                .increment();
        String told = "%s: %s".formatted(clock.instant(), sentence);
        if (!result.equals("refused")) {
            last = told;
            log.info("{}", sentence);
        }
        return sentence;
    }
}
