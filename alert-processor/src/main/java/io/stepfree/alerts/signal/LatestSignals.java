package io.stepfree.alerts.signal;

import io.stepfree.alerts.sample.SignalSample;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

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

    /** Begins the counter of the alerts that one receiver has refused for good. */
    public static final String UNDELIVERED_COUNTER = "stepfree.alerts.undelivered.";

    /** Begin the names of gauges that only grow; what they grew by is counted. */
    private static final List<String> COUNTERS =
            List.of(
                    "stepfree.browser.ends.",
                    "stepfree.listener.failures",
                    "stepfree.cache.hits",
                    "stepfree.cache.misses",
                    "stepfree.requests.refused",
                    UNDELIVERED_COUNTER);

    /** The clock of a service that comes back after this long has to be right at first. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    private static final String SCHEDULER = "scan-scheduler";
    private static final String WORKER = "scan-processor";
    private static final String PARTITIONS = "stepfree.scheduler.ledger.partitions";

    private final Map<String, Heard> heard = new HashMap<>();
    private final HeardServices services;
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
     * @param services which are there
     * @param nowMillis the moment from which on it listens
     */
    public LatestSignals(HeardServices services, long nowMillis) {
        this.services = services;
        this.sinceMillis = nowMillis;
    }

    /**
     * Takes note of a signal.
     *
     * @return by how much its counters grew since the instance's signal before, by {@code
     *     service/instance/meter}; empty for the first one
     */
    public Map<String, Long> hear(SignalSample sample, long toldMillis, long nowMillis) {
        Heard before = heard.get(sample.instance());
        boolean fresh =
                isAbout(nowMillis, toldMillis)
                        || (before != null && isAsFastAsTold(before, toldMillis, nowMillis));
        heard.put(sample.instance(), new Heard(sample, toldMillis, nowMillis, fresh));
        if (fresh) {
            services.hear(sample.service(), nowMillis);
        }
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
                            growth.put(
                                    "%s/%s/%s".formatted(after.service(), after.instance(), name),
                                    by);
                        }
                    }
                });
        return growth;
    }

    /** How all services together stand now, by {@link Level}; what nobody tells is absent. */
    public Map<String, Double> levels(long nowMillis) {
        var levels = new HashMap<>(services.levels(nowMillis));
        List<SignalSample> lately = lately(nowMillis);
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
        for (SignalSample one : lately) {
            shares(one).forEach((level, share) -> levels.merge(level, share, Math::max));
            breakers(one).forEach((level, open) -> levels.merge(level, open, Double::sum));
            one.gauges()
                    .forEach((name, value) -> {
                        if (name.startsWith(LAG_GAUGE)) {
                            levels.put(Level.LAG_OF + name.substring(LAG_GAUGE.length()), value);
                        }
                    });
        }
        return levels;
    }

    /**
     * The instances that make a level of their service as high as it is now, by name; empty for a
     * level that is not one of instances.
     */
    public List<String> foremost(String level, long nowMillis) {
        var values = new TreeMap<String, Double>();
        for (SignalSample one : lately(nowMillis)) {
            var own = new HashMap<>(shares(one));
            own.putAll(breakers(one));
            double value = own.getOrDefault(level, 0.0);
            if (value > 0) {
                values.put(one.instance(), value);
            }
        }
        double most = values.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return values.entrySet().stream()
                .filter(entry -> entry.getValue() >= most)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The workers that were heard in this time and are not any more, or have no slots left. */
    public List<String> lostWorkers(Duration time, long nowMillis) {
        return heard.values().stream()
                .filter(one ->
                        one.sample().service().equals(WORKER)
                                && one.atMillis() >= nowMillis - time.toMillis()
                                && (!isLately(one, nowMillis) || one.sample().slots() == 0))
                .map(one -> one.sample().instance())
                .sorted()
                .toList();
    }

    private List<SignalSample> lately(long nowMillis) {
        return heard.values().stream()
                .filter(one -> isLately(one, nowMillis))
                .map(Heard::sample)
                .toList();
    }

    private static boolean isLately(Heard one, long nowMillis) {
        return one.fresh() && one.atMillis() >= nowMillis - SILENCE.toMillis();
    }

    /** How full an instance is, by the level that it is a part of. */
    private static Map<String, Double> shares(SignalSample sample) {
        var shares = new HashMap<String, Double>();
        share(sample, "jvm.memory.used", "jvm.memory.max")
                .ifPresent(share -> shares.put(Level.HEAP_OF + sample.service(), share));
        share(sample, "hikaricp.connections.active", "hikaricp.connections.max")
                .ifPresent(share -> shares.put(Level.POOL_OF + sample.service(), share));
        return shares;
    }

    /** 1 for each breaker of an instance that is open, 0 for the others, by the level. */
    private static Map<String, Double> breakers(SignalSample sample) {
        var breakers = new HashMap<String, Double>();
        Objects.requireNonNull(sample.breakers())
                .forEach((name, open) ->
                        breakers.put(
                                Level.OPEN_BREAKERS_OF + sample.service() + "/" + name,
                                open ? 1.0 : 0.0));
        return breakers;
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

    private static Optional<Double> share(SignalSample sample, String used, String most) {
        Double part = sample.gauges().get(used);
        Double whole = sample.gauges().get(most);
        return part == null || whole == null || whole <= 0
                ? Optional.empty()
                : Optional.of(part / whole);
    }
}
