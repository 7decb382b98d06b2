package io.stepfree.alerts.ledger;

import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the books do not add up and when scans are overdue, once each, and again when it is
 * over. What the schedulers said lately counts, added up. An incident is over only when what was
 * said lately covers every partition: silence, or a scheduler that does not know yet, is no proof.
 * The open incidents are in a store, so a restart neither repeats an alert nor forgets one.
 *
 * <p>What counts is when a sample is heard, not what the scheduler's clock says; but one that was
 * told long before, as after an outage of ours, says nothing of now.
 */
final class LedgerWatch implements Processor<String, LedgerSample, String, Alert> {

    static final String INCIDENTS = "ledger-incidents";
    static final String IMBALANCE = "ledger-imbalance";
    static final String OVERDUE = "scans-overdue";

    /**
     * Schedulers signal every two seconds; one silent for this long has given its books to others.
     */
    static final Duration SILENCE = Duration.ofSeconds(10);

    /** The clock of a scheduler that comes back after this long has to be right at first. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    /** The scheduler keeps a book for each. */
    private static final int PARTITIONS = Topics.SCAN_REQUESTS.partitions();

    private final Map<String, Heard> heard = new HashMap<>();

    /**
     * A scheduler's newest sample.
     *
     * @param toldMillis when it was told, by the scheduler's clock
     * @param atMillis when it was heard, by ours
     * @param fresh whether it says something of that moment
     */
    private record Heard(LedgerSample sample, long toldMillis, long atMillis, boolean fresh) {}

    // Streams calls init before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Alert> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, LedgerIncident> incidents;

    @Override
    public void init(ProcessorContext<String, Alert> initialised) {
        context = initialised;
        incidents = initialised.getStateStore(INCIDENTS);
    }

    @Override
    public void process(Record<String, LedgerSample> record) {
        long now = context.currentSystemTimeMs();
        long told = record.timestamp();
        heard.merge(
                record.value().instance(),
                new Heard(record.value(), told, now, isAbout(now, told)),
                (before, first) ->
                        new Heard(
                                first.sample(),
                                told,
                                now,
                                first.fresh() || isAsFastAsTold(before, told, now)));
        heard.values().removeIf(one -> one.atMillis() < now - FORGOTTEN.toMillis());
        evaluate(
                IMBALANCE,
                Severity.CRITICAL,
                LedgerSample::imbalance,
                "The books of accepted scans do not add up by %d: scans were lost or counted twice. Compare accepted with completed, dead-lettered, cancelled and open by client, and look into the scheduler's log.",
                "The books of accepted scans add up again.",
                now);
        evaluate(
                OVERDUE,
                Severity.ERROR,
                LedgerSample::overdue,
                "%d scans have been open for longer than stepfree.scheduler.open-bound. Look whether workers are there and whether their sites keep them waiting.",
                "No scan has been open for too long any more.",
                now);
    }

    private static boolean isAbout(long now, long told) {
        return Math.abs(now - told) <= SILENCE.toMillis();
    }

    /** Samples of a wrong clock come as slowly as they are told, those of an outage all at once. */
    private static boolean isAsFastAsTold(Heard before, long told, long now) {
        return now - before.atMillis() >= (told - before.toldMillis()) / 2;
    }

    private void evaluate(
            String key,
            Severity severity,
            Function<LedgerSample, @Nullable Long> figure,
            String fired,
            String resolved,
            long now) {
        LedgerIncident open = incidents.get(key);
        long value = 0;
        long covered = 0;
        for (LedgerSample sample : lately(now)) {
            Long told = figure.apply(sample);
            if (told != null) {
                value += told;
                covered += sample.partitions();
            }
        }
        if (open == null && value > 0) {
            incidents.put(key, new LedgerIncident(now));
            tell(key, severity, AlertState.FIRED, now, now, fired.formatted(value), value);
        } else if (open != null && value == 0 && covered >= PARTITIONS) {
            incidents.delete(key);
            tell(key, severity, AlertState.RESOLVED, now, open.sinceMillis(), resolved, value);
        }
    }

    private List<LedgerSample> lately(long now) {
        return heard.values().stream()
                .filter(one -> one.fresh() && one.atMillis() >= now - SILENCE.toMillis())
                .map(Heard::sample)
                .toList();
    }

    private void tell(
            String key,
            Severity severity,
            AlertState state,
            long now,
            long since,
            String summary,
            long value) {
        var alert =
                Alert.newBuilder()
                        .setKey(key)
                        .setState(state)
                        .setSeverity(severity)
                        .setAt(Instant.ofEpochMilli(now))
                        .setSince(Instant.ofEpochMilli(since))
                        .setSummary(summary)
                        .setValue((double) value)
                        .setThreshold(0)
                        .setWindowMillis(SILENCE.toMillis())
                        .setSamples(lately(now).size())
                        .setFailuresByType(Map.of())
                        .setSampleRequestIds(List.of())
                        .build();
        context.forward(new Record<>(key, alert, now));
    }
}
