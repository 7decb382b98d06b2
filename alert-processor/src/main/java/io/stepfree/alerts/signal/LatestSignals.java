package io.stepfree.alerts.signal;

import io.stepfree.alerts.sample.SignalSample;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What each service instance said last, and what follows from it for all together. For one thread.
 *
 * <p>What counts is when a signal is heard, not what the service's clock says; but one that was
 * told long before, as after an outage of ours, says nothing of now. After a start it takes {@link
 * #SILENCE} until silence says something.
 */
public final class LatestSignals {

    /** Services signal every two seconds; one silent for this long is gone. */
    public static final Duration SILENCE = Duration.ofSeconds(10);

    /** Begins the gauge of the lag of one consumer group. */
    public static final String LAG_GAUGE = "stepfree.kafka.lag.";

    /** Begin the names of gauges that only grow; what they grew by is counted. */
    private static final List<String> COUNTERS =
            List.of(
                    "stepfree.browser.ends.",
                    "stepfree.listener.failures",
                    "stepfree.cache.hits",
                    "stepfree.cache.misses",
                    "stepfree.requests.refused");

    /** The clock of a service that comes back after this long has to be right at first. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    private static final String SCHEDULER = "scan-scheduler";
    private static final String PARTITIONS = "stepfree.scheduler.ledger.partitions";

    private final Map<String, Heard> heard = new HashMap<>();
    private final long sinceMillis;

    /**
     * The newest signal of an instance.
     *
     * @param toldMillis when it was told, by the service's clock
     * @param atMillis when it was heard, by ours
     * @param fresh whether it says something of that moment
     */
    private record Heard(SignalSample sample, long toldMillis, long atMillis, boolean fresh) {}

    /**
     * @param nowMillis the moment from which on it listens
     */
    public LatestSignals(long nowMillis) {
        this.sinceMillis = nowMillis;
    }

    /**
     * Takes note of a signal.
     *
     * @return by how much its counters grew since the instance's signal before, by {@code
     *     service/meter}; empty for the first one
     */
    public Map<String, Long> hear(SignalSample sample, long toldMillis, long nowMillis) {
        Heard before = heard.get(sample.instance());
        boolean fresh =
                isAbout(nowMillis, toldMillis)
                        || (before != null && isAsFastAsTold(before, toldMillis, nowMillis));
        heard.put(sample.instance(), new Heard(sample, toldMillis, nowMillis, fresh));
        heard.values().removeIf(one -> one.atMillis() < nowMillis - FORGOTTEN.toMillis());
        return before == null ? Map.of() : growth(before.sample(), sample);
    }

    private static boolean isAbout(long now, long told) {
        return Math.abs(now - told) <= SILENCE.toMillis();
    }

    /** Signals of a wrong clock come as slowly as they are told, those of an outage all at once. */
    private static boolean isAsFastAsTold(Heard before, long told, long now) {
        return now - before.atMillis() >= (told - before.toldMillis()) / 2;
    }

    /* A counter that fell has begun anew with its process; what it counts since then is new. */
    private static Map<String, Long> growth(SignalSample before, SignalSample after) {
        var growth = new HashMap<String, Long>();
        after.gauges()
                .forEach((name, value) -> {
                    if (COUNTERS.stream().anyMatch(name::startsWith)) {
                        double known = before.gauges().getOrDefault(name, 0.0);
                        long by = Math.round(value >= known ? value - known : value);
                        if (by > 0) {
                            growth.put(after.service() + "/" + name, by);
                        }
                    }
                });
        return growth;
    }

    /** How all services together stand now, by {@link Level}; what nobody tells is absent. */
    public Map<String, Double> levels(long nowMillis) {
        var levels = new HashMap<String, Double>();
        List<SignalSample> lately =
                heard.values().stream()
                        .filter(one ->
                                one.fresh() && one.atMillis() >= nowMillis - SILENCE.toMillis())
                        .map(Heard::sample)
                        .toList();
        // Who hears nobody at all is deaf.
        if (!lately.isEmpty() && nowMillis - sinceMillis >= SILENCE.toMillis()) {
            levels.put(Level.SLOTS, (double) lately.stream().mapToInt(SignalSample::slots).sum());
        }
        var schedulers = lately.stream().filter(one -> one.service().equals(SCHEDULER)).toList();
        if (told(PARTITIONS, schedulers).stream().mapToDouble(Double::doubleValue).sum()
                == Topics.SCAN_REQUESTS.partitions()) {
            sum(levels, Level.WAITING, "stepfree.scheduler.ledger.waiting", schedulers);
            most(levels, Level.OLDEST_WAITING, "stepfree.scheduler.waiting.oldest", schedulers);
        }
        books(
                levels,
                Level.IMBALANCE,
                Level.IMBALANCE_COVERS,
                "stepfree.scheduler.ledger.imbalance",
                schedulers);
        books(
                levels,
                Level.OVERDUE,
                Level.OVERDUE_COVERS,
                "stepfree.scheduler.overdue.open",
                schedulers);
        fullest(levels, Level.HEAP, "jvm.memory.used", "jvm.memory.max", lately);
        fullest(
                levels,
                Level.POOL,
                "hikaricp.connections.active",
                "hikaricp.connections.max",
                lately);
        sum(levels, Level.OPEN_BREAKERS, "stepfree.breakers.open", lately);
        lately.forEach(one ->
                one.gauges()
                        .forEach((name, value) -> {
                            if (name.startsWith(LAG_GAUGE)) {
                                levels.put(
                                        Level.LAG_OF + name.substring(LAG_GAUGE.length()), value);
                            }
                        }));
        return levels;
    }

    private static void sum(
            Map<String, Double> levels, String level, String gauge, List<SignalSample> samples) {
        var told = told(gauge, samples);
        if (!told.isEmpty()) {
            levels.put(level, told.stream().mapToDouble(Double::doubleValue).sum());
        }
    }

    private static void most(
            Map<String, Double> levels, String level, String gauge, List<SignalSample> samples) {
        OptionalDouble most = told(gauge, samples).stream().mapToDouble(Double::doubleValue).max();
        if (most.isPresent()) {
            levels.put(level, most.getAsDouble());
        }
    }

    private static List<Double> told(String gauge, List<SignalSample> samples) {
        return samples.stream()
                .map(sample -> sample.gauges().get(gauge))
                .filter(Objects::nonNull)
                .toList();
    }

    /* A scheduler that does not know yet says nothing, and its partitions are not covered. */
    private static void books(
            Map<String, Double> levels,
            String level,
            String covers,
            String gauge,
            List<SignalSample> schedulers) {
        sum(levels, level, gauge, schedulers);
        sum(
                levels,
                covers,
                PARTITIONS,
                schedulers.stream().filter(one -> one.gauges().containsKey(gauge)).toList());
    }

    private static void fullest(
            Map<String, Double> levels,
            String level,
            String used,
            String most,
            List<SignalSample> samples) {
        OptionalDouble fullest =
                samples.stream()
                        .map(sample -> share(sample.gauges().get(used), sample.gauges().get(most)))
                        .filter(OptionalDouble::isPresent)
                        .mapToDouble(OptionalDouble::getAsDouble)
                        .max();
        if (fullest.isPresent()) {
            levels.put(level, fullest.getAsDouble());
        }
    }

    private static OptionalDouble share(@Nullable Double used, @Nullable Double most) {
        return used == null || most == null || most <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(used / most);
    }
}
