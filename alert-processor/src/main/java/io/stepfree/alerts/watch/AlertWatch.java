package io.stepfree.alerts.watch;

import io.stepfree.alerts.history.Dimension;
import io.stepfree.alerts.history.History;
import io.stepfree.alerts.history.Tally;
import io.stepfree.alerts.incident.Incidents;
import io.stepfree.alerts.incident.Silence;
import io.stepfree.alerts.incident.Silences;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.alerts.metric.Reading;
import io.stepfree.alerts.regression.Regressions;
import io.stepfree.alerts.sample.AttemptSample;
import io.stepfree.alerts.sample.ChangeSample;
import io.stepfree.alerts.sample.DeathSample;
import io.stepfree.alerts.sample.EraseSample;
import io.stepfree.alerts.sample.OrderSample;
import io.stepfree.alerts.sample.ResultSample;
import io.stepfree.alerts.sample.Sample;
import io.stepfree.alerts.sample.SignalSample;
import io.stepfree.alerts.signal.HeardServices;
import io.stepfree.alerts.signal.LatestSignals;
import io.stepfree.alerts.signal.Level;
import io.stepfree.schemas.ops.Alert;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what happens, and twice a second by the wall clock holds all of it against the thresholds:
 * on a quiet topic no record comes to end an incident.
 *
 * <p>A window ends now, by the wall clock. What happened counts in the second of its record's
 * timestamp; something from the future counts now, and something from before the windows not at
 * all, so that a backlog read after a pause raises no alarm about what is over. Clocks are expected
 * to agree within a fraction of the windows. An outcome that was written twice counts twice: a rate
 * is a signal, not a balance.
 */
final class AlertWatch implements Processor<String, Sample, String, Alert> {

    static final String MARKS = "marks";

    private static final Logger log = LoggerFactory.getLogger(AlertWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** Whoever ordered a test an hour ago does not wait for it any more. */
    private static final Duration OLD_ORDER = Duration.ofMinutes(5);

    private static final String LAST_ATTEMPT = "last-attempt";

    private final Map<Metric, MetricPolicy> policies;
    private final boolean confirmed;

    // Streams calls init before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Alert> context;

    @SuppressWarnings("NullAway.Init")
    private History history;

    @SuppressWarnings("NullAway.Init")
    private LatestSignals signals;

    @SuppressWarnings("NullAway.Init")
    private Silences silences;

    @SuppressWarnings("NullAway.Init")
    private Incidents incidents;

    @SuppressWarnings("NullAway.Init")
    private AlertWriter writer;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, Long> marks;

    @SuppressWarnings("NullAway.Init")
    private Regressions regressions;

    AlertWatch(Map<Metric, MetricPolicy> policies, boolean confirmed) {
        this.policies = policies;
        this.confirmed = confirmed;
    }

    @Override
    public void init(ProcessorContext<String, Alert> initialised) {
        context = initialised;
        history = new History(initialised.getStateStore(History.STORE), longestWindow());
        silences = new Silences(initialised.getStateStore(Silences.STORE));
        incidents = new Incidents(initialised.getStateStore(Incidents.STORE), policies, silences);
        marks = initialised.getStateStore(MARKS);
        regressions =
                new Regressions(initialised.getStateStore(Regressions.STORE), marks, confirmed);
        long now = initialised.currentSystemTimeMs();
        signals = new LatestSignals(new HeardServices(marks, now), now);
        writer = new AlertWriter(history, signals, policies);
        history.forgetAfter(now / 1000);
        // Without any attempt yet, and when the clock was set back, the time counts from now.
        Long last = marks.get(LAST_ATTEMPT);
        if (last == null || last > now) {
            marks.put(LAST_ATTEMPT, now);
        }
        initialised.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::look);
    }

    private Duration longestWindow() {
        return policies.values().stream()
                .filter(MetricPolicy::enabled)
                .map(MetricPolicy::window)
                .max(Duration::compareTo)
                .orElse(Duration.ofMinutes(1));
    }

    @Override
    public void process(Record<String, Sample> record) {
        long now = context.currentSystemTimeMs();
        switch (record.value()) {
            case AttemptSample attempt -> {
                mark(LAST_ATTEMPT, Math.min(record.timestamp(), now));
                count(record.timestamp(), now, tally -> count(attempt, tally));
            }
            case ResultSample result ->
                    count(
                            record.timestamp(),
                            now,
                            tally ->
                                    tally.count(
                                            Dimension.RESULTS_BY_VALIDITY,
                                            result.suspect() ? "suspect" : "seen",
                                            1));
            case DeathSample death ->
                    count(
                            record.timestamp(),
                            now,
                            tally -> tally.count(Dimension.DEATHS_BY_PATTERN, death.pattern(), 1));
            case SignalSample signal -> {
                var growth = signals.hear(signal, record.timestamp(), now);
                if (!growth.isEmpty()) {
                    count(
                            record.timestamp(),
                            now,
                            tally ->
                                    growth.forEach((meter, by) ->
                                            tally.count(Dimension.COUNTED_BY_METER, meter, by)));
                }
            }
            case OrderSample order -> obey(order, record.timestamp(), now);
            case ChangeSample change -> regressions.hear(change, Math.min(record.timestamp(), now));
            case EraseSample order -> regressions.erase(order);
        }
    }

    private void count(long atMillis, long nowMillis, Consumer<Tally> counting) {
        long second = Math.min(atMillis, nowMillis) / 1000;
        if (history.reaches(second, nowMillis / 1000)) {
            counting.accept(history.of(second));
            history.keep(second);
        }
    }

    private static void count(AttemptSample attempt, Tally tally) {
        tally.count(Dimension.ATTEMPTS_BY_HOST, attempt.host(), 1);
        tally.count(Dimension.ATTEMPTS_BY_CLIENT, attempt.client(), 1);
        tally.count(Dimension.ATTEMPTS_BY_WORKER, attempt.worker(), 1);
        tally.count(Dimension.ATTEMPTS_BY_ENGINE, attempt.engine(), 1);
        tally.took(attempt.millis() / 1000.0);
        String failure = attempt.failure();
        if (failure != null) {
            tally.count(Dimension.FAILURES_BY_TYPE, failure, 1);
            tally.count(Dimension.FAILURES_BY_HOST, attempt.host(), 1);
            tally.count(Dimension.FAILURES_BY_CLIENT, attempt.client(), 1);
            tally.count(Dimension.FAILURES_BY_WORKER, attempt.worker(), 1);
            tally.count(Dimension.FAILURES_BY_ENGINE, attempt.engine(), 1);
            tally.example(attempt.requestId());
        }
    }

    private void mark(String name, long atMillis) {
        Long known = marks.get(name);
        if (known == null || known < atMillis) {
            marks.put(name, atMillis);
        }
    }

    private void obey(OrderSample order, long orderedAt, long now) {
        switch (order.kind()) {
            case TEST -> {
                if (now - orderedAt <= OLD_ORDER.toMillis()) {
                    writer.test(order, now).forEach(alert -> tell(alert, now));
                } else {
                    log.info("a test of the alerts, ordered long ago, is left out: {}", order.id());
                }
            }
            case SILENCE -> {
                silences.begin(
                        order.alert(),
                        new Silence(order.untilMillis(), order.by(), order.reason()));
                log.info("{} is silenced: {}", order.alert(), order);
            }
            case END_SILENCE -> {
                silences.end(order.alert());
                log.info("{} is silenced no more: {}", order.alert(), order);
            }
        }
    }

    private void look(long now) {
        long second = now / 1000;
        history.forget(second);
        silences.forget(now);
        regressions.forget(now);
        history.measured(levels(now), second);
        var readings = new EnumMap<Metric, Map<String, Reading>>(Metric.class);
        policies.forEach((metric, policy) -> {
            if (policy.enabled()) {
                metric.read(history, policy.window(), second)
                        .ifPresent(reading -> readings.put(metric, reading));
            }
        });
        incidents.judge(readings, now).forEach(news -> tell(writer.alert(news, now), now));
    }

    private Map<String, Double> levels(long now) {
        var levels = new HashMap<>(signals.levels(now));
        levels.putAll(regressions.levels());
        Long last = marks.get(LAST_ATTEMPT);
        if (last != null) {
            levels.put(Level.SINCE_ATTEMPT, Math.max(0, now - last) / 1000.0);
        }
        return levels;
    }

    private void tell(Alert alert, long now) {
        context.forward(new Record<>(alert.getKey(), alert, now));
    }
}
