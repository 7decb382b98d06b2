package io.stepfree.platform.health;

import io.stepfree.schemas.ops.HealthState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at everything every few seconds, more often while something needed is down, and remembers
 * what it found. One thing that hangs keeps no other from being looked at, and is asked again only
 * once it has let go of the last look. Thread-safe.
 */
public final class HealthBoard implements AutoCloseable {

    /** How often everything is looked at. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    /** So that a service works again as soon as it can. */
    private static final Duration INTERVAL_WITHOUT_WHAT_IS_NEEDED = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(HealthBoard.class);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    /** A service that just starts has connections and classes to make. */
    private static final Duration LONGEST_FIRST_LOOK = Duration.ofSeconds(5);

    private final List<HealthProbe> probes;
    private final InstantSource clock;
    private final Consumer<String> seenWell;
    private final Map<String, Health> latest = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Finding>> looks = new LinkedHashMap<>();
    private volatile @Nullable Thread thread;

    /**
     * @param probes looks at one thing each; no two of the same name
     * @param seenWell hears the name of each thing that was found to work, at each look
     */
    public HealthBoard(List<HealthProbe> probes, InstantSource clock, Consumer<String> seenWell) {
        this.probes = List.copyOf(probes);
        this.clock = clock;
        this.seenWell = seenWell;
    }

    /** Begins to look, at once and then again and again, on a thread of its own. */
    public void start() {
        // Set before it runs: the loop ends when it finds another.
        Thread fresh = Thread.ofVirtual().name("health").unstarted(this::loop);
        thread = fresh;
        fresh.start();
    }

    @Override
    public void close() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    /** How each thing is, in the order of the probes; empty before the first look. */
    public synchronized List<Health> all() {
        return List.copyOf(latest.values());
    }

    /** What is down of the things this service can do nothing without; all of them at first. */
    public synchronized List<Health> missing() {
        var missing = new ArrayList<Health>();
        for (HealthProbe probe : probes) {
            Health known = latest.get(probe.name());
            if (!probe.needed()) {
                continue;
            }
            if (known == null) {
                missing.add(
                        new Health(
                                probe.name(),
                                true,
                                new Finding(HealthState.UNKNOWN, "It was not looked at yet.", null),
                                Instant.EPOCH));
            } else if (known.finding().state() == HealthState.DOWN) {
                missing.add(known);
            }
        }
        return missing;
    }

    private void loop() {
        while (Thread.currentThread().equals(thread)) {
            try {
                look();
                Thread.sleep(missing().isEmpty() ? INTERVAL : INTERVAL_WITHOUT_WHAT_IS_NEEDED);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** Looks at everything once, side by side; returns within little more than a second. */
    void look() throws InterruptedException {
        boolean first = all().isEmpty();
        long end = System.nanoTime() + (first ? LONGEST_FIRST_LOOK : LONGEST_LOOK).toNanos();
        for (HealthProbe probe : probes) {
            looks.computeIfAbsent(probe.name(), _ -> begin(probe));
        }
        for (HealthProbe probe : probes) {
            Finding found = outcome(probe, end - System.nanoTime());
            note(probe, found);
            if (found.state() != HealthState.DOWN) {
                seenWell.accept(probe.name());
            }
        }
    }

    private Finding outcome(HealthProbe probe, long nanos) throws InterruptedException {
        CompletableFuture<Finding> look = looks.computeIfAbsent(probe.name(), _ -> begin(probe));
        try {
            Finding found = look.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            looks.remove(probe.name());
            return found;
        } catch (ExecutionException e) {
            looks.remove(probe.name());
            return Finding.down("It does not answer: %s".formatted(reason(e.getCause())));
        } catch (TimeoutException _) {
            return Finding.down("It has not answered in time.");
        }
    }

    private static CompletableFuture<Finding> begin(HealthProbe probe) {
        var look = new CompletableFuture<Finding>();
        Thread.ofVirtual()
                .name("health-" + probe.name())
                .start(() -> {
                    long start = System.nanoTime();
                    try {
                        Finding found = probe.look();
                        Duration took = Duration.ofNanos(System.nanoTime() - start);
                        look.complete(probe.remote() ? found.within(took) : found);
                    } catch (Exception | LinkageError e) {
                        look.completeExceptionally(e);
                    }
                });
        return look;
    }

    private synchronized void note(HealthProbe probe, Finding found) {
        Health before = latest.get(probe.name());
        latest.put(probe.name(), new Health(probe.name(), probe.needed(), found, clock.instant()));
        HealthState was = before == null ? HealthState.UP : before.finding().state();
        if (was != found.state()) {
            if (found.state() == HealthState.UP) {
                log.info("{} is well again: {}", probe.name(), found.detail());
            } else {
                log.warn("{} is {}: {}", probe.name(), found.state(), found.detail());
            }
        }
    }

    private static String reason(@Nullable Throwable cause) {
        Throwable last = cause;
        while (last != null && last.getCause() != null) {
            last = last.getCause();
        }
        if (last == null) {
            return "nothing is known of why.";
        }
        String message = last.getMessage();
        String text = message == null ? last.getClass().getSimpleName() : message;
        return text.lines().findFirst().orElse("") + (text.endsWith(".") ? "" : ".");
    }
}
