package io.stepfree.alerts.metric;

import static io.stepfree.alerts.history.Dimension.ATTEMPTS_BY_HOST;
import static io.stepfree.alerts.history.Dimension.COUNTED_BY_METER;
import static io.stepfree.alerts.history.Dimension.FAILURES_BY_HOST;
import static io.stepfree.alerts.history.Dimension.FAILURES_BY_TYPE;

import io.stepfree.alerts.history.Dimension;
import io.stepfree.alerts.history.History;
import io.stepfree.alerts.history.Tally;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Measures of what was counted in a window. */
final class EventMeasures {

    private EventMeasures() {}

    /** Which share of all attempts failed, in any way or in one of these. */
    static Measure shareOfFailures(Set<String> types) {
        return whole(tally -> {
            long failed =
                    tally.by(FAILURES_BY_TYPE).entrySet().stream()
                            .filter(entry -> types.isEmpty() || types.contains(entry.getKey()))
                            .mapToLong(Map.Entry::getValue)
                            .sum();
            return share(failed, tally.total(ATTEMPTS_BY_HOST));
        });
    }

    /** Which share of all attempts failed in one way, for each way. */
    static Measure shareOfEachFailure() {
        return parts(tally -> {
            long all = tally.total(ATTEMPTS_BY_HOST);
            var readings = new HashMap<String, Reading>();
            tally.by(FAILURES_BY_TYPE)
                    .forEach((type, failed) -> readings.put(type, share(failed, all)));
            return readings;
        });
    }

    /** Which share of the attempts at one host failed, for each host. */
    static Measure shareOfEachHost() {
        return parts(tally -> {
            var readings = new HashMap<String, Reading>();
            tally.by(ATTEMPTS_BY_HOST)
                    .forEach((host, attempts) ->
                            readings.put(
                                    host, share(tally.count(FAILURES_BY_HOST, host), attempts)));
            return readings;
        });
    }

    /** Which share one name has of all that is counted by a dimension. */
    static Measure shareOf(String name, Dimension dimension) {
        return whole(tally -> share(tally.count(dimension, name), tally.total(dimension)));
    }

    /** How many a minute. */
    static Measure perMinute(Dimension dimension) {
        return (history, window, now) -> {
            long total = history.window(window, now).total(dimension);
            return Optional.of(
                    Map.of(Measure.WHOLE, Reading.of(total * 60.0 / window.toSeconds(), total)));
        };
    }

    /** How many, for each name. */
    static Measure countOfEach(Dimension dimension) {
        return parts(tally -> {
            var readings = new HashMap<String, Reading>();
            tally.by(dimension)
                    .forEach((name, count) -> readings.put(name, Reading.ofCount(count)));
            return readings;
        });
    }

    /** The time that this share of attempts did not exceed. */
    static Measure attemptSeconds(double share) {
        return whole(tally -> Reading.of(tally.quantile(share).orElse(0), tally.durations()));
    }

    /**
     * By how much the counters of these meters grew, in all services.
     *
     * @param meters by name; with the service before it, as {@code report-builder/meter}, in that
     *     service only
     */
    static Measure growthOf(String... meters) {
        Measure growth = whole(tally -> Reading.ofCount(grown(tally, meters)));
        return new Measure() {
            @Override
            public Optional<Map<String, Reading>> read(History history, Duration window, long now) {
                return growth.read(history, window, now);
            }

            @Override
            public Map<String, Long> instances(Tally window) {
                var instances = new HashMap<String, Long>();
                counted(window, meters)
                        .forEach((counter, by) ->
                                instances.merge(counter.instance(), by, Long::sum));
                return instances;
            }
        };
    }

    /** By how much each counter grew whose meter begins so, in all services. */
    static Measure growthOfEach(String prefix) {
        return parts(tally -> {
            var grown = new HashMap<String, Long>();
            tally.by(COUNTED_BY_METER)
                    .forEach((name, by) -> {
                        String meter = Counter.of(name).meter();
                        if (meter.startsWith(prefix)) {
                            grown.merge(meter.substring(prefix.length()), by, Long::sum);
                        }
                    });
            var readings = new HashMap<String, Reading>();
            grown.forEach((part, by) -> readings.put(part, Reading.ofCount(by)));
            return readings;
        });
    }

    /** Which share the growth of one counter has of that of both. */
    static Measure shareOfGrowth(String meter, String other) {
        return whole(tally -> share(grown(tally, meter), grown(tally, meter, other)));
    }

    private static long grown(Tally tally, String... meters) {
        return counted(tally, meters).values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<Counter, Long> counted(Tally tally, String... meters) {
        var counted = new HashMap<Counter, Long>();
        tally.by(COUNTED_BY_METER)
                .forEach((name, by) -> {
                    var counter = Counter.of(name);
                    if (Set.of(meters).contains(counter.meter())
                            || Set.of(meters).contains(counter.service() + "/" + counter.meter())) {
                        counted.merge(counter, by, Long::sum);
                    }
                });
        return counted;
    }

    /** Who counted what. */
    private record Counter(String service, String instance, String meter) {

        /* An earlier version counted by service/meter. */
        static Counter of(String name) {
            int first = name.indexOf('/');
            int last = name.lastIndexOf('/');
            return new Counter(
                    name.substring(0, Math.max(0, first)),
                    first == last ? "" : name.substring(first + 1, last),
                    name.substring(last + 1));
        }
    }

    private static Reading share(long part, long whole) {
        return Reading.of(whole == 0 ? 0 : (double) part / whole, whole);
    }

    private static Measure whole(Function<Tally, Reading> reading) {
        return (history, window, now) ->
                Optional.of(Map.of(Measure.WHOLE, reading.apply(history.window(window, now))));
    }

    private static Measure parts(Function<Tally, Map<String, Reading>> readings) {
        return (History history, Duration window, long now) ->
                Optional.of(readings.apply(history.window(window, now)));
    }
}
