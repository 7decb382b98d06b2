package io.stepfree.alerts.ledger;

import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Tells when the books do not add up and when scans are overdue, once each, and again when it is
 * over. What the schedulers said lately counts, added up; as long as none says anything, an
 * incident stays as it is, because silence is no proof that it is over. The open incidents are in a
 * store, so a restart neither repeats an alert nor forgets one.
 */
final class LedgerWatch implements Processor<String, LedgerSample, String, Alert> {

    static final String INCIDENTS = "ledger-incidents";
    static final String IMBALANCE = "ledger-imbalance";
    static final String OVERDUE = "scans-overdue";

    /**
     * Schedulers signal every two seconds; one silent for this long has given its books to others.
     */
    static final Duration SILENCE = Duration.ofSeconds(10);

    private final Map<String, Heard> heard = new HashMap<>();

    private record Heard(LedgerSample sample, long atMillis) {}

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
        if (record.timestamp() < now - SILENCE.toMillis()) {
            return;
        }
        heard.put(record.value().instance(), new Heard(record.value(), now));
        heard.values().removeIf(one -> one.atMillis() < now - SILENCE.toMillis());
        evaluate(
                IMBALANCE,
                Severity.CRITICAL,
                heard.values().stream().mapToLong(one -> one.sample().imbalance()).sum(),
                "The books of accepted scans do not add up by %d: scans were lost or counted twice. Compare accepted with completed, dead-lettered, cancelled and open by client, and look into the scheduler's log.",
                "The books of accepted scans add up again.",
                now);
        evaluate(
                OVERDUE,
                Severity.ERROR,
                heard.values().stream().mapToLong(one -> one.sample().overdue()).sum(),
                "%d scans have been open for longer than stepfree.scheduler.open-bound. Look whether workers are there and whether their sites keep them waiting.",
                "No scan has been open for too long any more.",
                now);
    }

    private void evaluate(
            String key, Severity severity, long value, String fired, String resolved, long now) {
        LedgerIncident open = incidents.get(key);
        if (open == null && value > 0) {
            incidents.put(key, new LedgerIncident(now));
            tell(key, severity, AlertState.FIRED, now, now, fired.formatted(value), value);
        } else if (open != null && value == 0) {
            incidents.delete(key);
            tell(key, severity, AlertState.RESOLVED, now, open.sinceMillis(), resolved, value);
        }
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
                        .setSamples(heard.size())
                        .setFailuresByType(Map.of())
                        .setSampleRequestIds(List.of())
                        .build();
        context.forward(new Record<>(key, alert, now));
    }
}
