package io.stepfree.alerts.errorrate;

import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts attempts in buckets of a second and holds the rate of failures against the policy: at each
 * record, and each second by the wall clock, because on a quiet topic no record comes to end an
 * incident.
 *
 * <p>The window ends now, by the wall clock. An attempt counts in the second of its record's
 * timestamp; one from the future counts now, and one from before the window not at all, so that a
 * backlog read after a pause raises no alarm about what is over. Clocks are expected to agree
 * within a fraction of the window. An outcome that was written twice counts twice: the rate is a
 * signal, not a balance.
 *
 * <p>Buckets and the open incident live in stores, so a restart neither repeats an alert nor
 * forgets one.
 */
final class ErrorRateWatch implements Processor<String, AttemptSample, String, Alert> {

    static final String ALERT_KEY = "error-rate";
    static final String BUCKETS = "error-rate-buckets";
    static final String INCIDENTS = "error-rate-incidents";

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final ErrorRatePolicy policy;

    // Streams calls init before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Alert> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Long, Bucket> buckets;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, Incident> incidents;

    ErrorRateWatch(ErrorRatePolicy policy) {
        this.policy = policy;
    }

    @Override
    public void init(ProcessorContext<String, Alert> initialised) {
        context = initialised;
        buckets = initialised.getStateStore(BUCKETS);
        incidents = initialised.getStateStore(INCIDENTS);
        initialised.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<String, AttemptSample> record) {
        long now = context.currentSystemTimeMs();
        long second = Math.min(record.timestamp(), now) / 1000;
        if (second < firstSecond(now)) {
            return;
        }
        Bucket sample = Bucket.of(record.value());
        Bucket known = buckets.get(second);
        buckets.put(second, known == null ? sample : known.plus(sample));
        evaluate(now);
    }

    private void tick(long now) {
        try (var old = buckets.range(0L, firstSecond(now) - 1)) {
            old.forEachRemaining(entry -> buckets.delete(entry.key));
        }
        evaluate(now);
    }

    private void evaluate(long now) {
        Bucket window = window(now);
        Incident open = incidents.get(ALERT_KEY);
        boolean over = window.errorRate() >= policy.threshold();
        if (open == null && over && window.samples() >= policy.minimumSamples()) {
            incidents.put(ALERT_KEY, new Incident(now));
            tell(AlertState.FIRED, now, now, window);
        } else if (open != null && !over) {
            incidents.delete(ALERT_KEY);
            tell(AlertState.RESOLVED, now, open.sinceMillis(), window);
        }
    }

    private Bucket window(long now) {
        Bucket sum = Bucket.EMPTY;
        try (var inside = buckets.range(firstSecond(now), Long.MAX_VALUE)) {
            while (inside.hasNext()) {
                sum = sum.plus(inside.next().value);
            }
        }
        return sum;
    }

    private long firstSecond(long now) {
        return now / 1000 - policy.window().toSeconds() + 1;
    }

    private void tell(AlertState state, long now, long since, Bucket window) {
        var alert =
                Alert.newBuilder()
                        .setKey(ALERT_KEY)
                        .setState(state)
                        .setSeverity(policy.severity())
                        .setAt(Instant.ofEpochMilli(now))
                        .setSince(Instant.ofEpochMilli(since))
                        .setSummary(summary(window))
                        .setValue(window.errorRate())
                        .setThreshold(policy.threshold())
                        .setWindowMillis(policy.window().toMillis())
                        .setSamples(window.samples())
                        .setFailuresByType(window.failures())
                        .setSampleRequestIds(window.requestIds())
                        .build();
        context.forward(new Record<>(ALERT_KEY, alert, now));
    }

    private String summary(Bucket window) {
        long seconds = policy.window().toSeconds();
        return window.samples() == 0
                ? "No attempt at a scan has ended in the last %d s.".formatted(seconds)
                : String.format(
                        Locale.ROOT,
                        "%d of %d attempts at scans failed in the last %d s: %.0f %%, threshold %.0f %%.",
                        window.failed(),
                        window.samples(),
                        seconds,
                        window.errorRate() * 100,
                        policy.threshold() * 100);
    }
}
