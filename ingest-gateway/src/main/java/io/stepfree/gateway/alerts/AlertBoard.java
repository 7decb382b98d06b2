package io.stepfree.gateway.alerts;

import io.stepfree.platform.metric.AlertNames;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.OperatorCommand;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What was last told of each incident, and the silences that go on, followed on {@code ops.alerts}
 * and {@code ops.commands} from their beginning and kept in memory: it can be read also while the
 * broker and the database are away. Thread-safe.
 */
public final class AlertBoard {

    /**
     * So many incidents are remembered, and so many silences: there are no more kinds than that.
     */
    private static final int MOST = 500;

    private final InstantSource clock;
    private final Map<String, Alert> alerts = new LinkedHashMap<>();
    private final Map<String, SilenceRow> silences = new LinkedHashMap<>();

    public AlertBoard(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes note of an alert; those of one incident come in their order. */
    public synchronized void tell(Alert alert) {
        // The newest last, so that the first that is over is the one to forget.
        alerts.remove(alert.getKey());
        alerts.put(alert.getKey(), alert);
        if (alerts.size() > MOST) {
            alerts.values().stream()
                    .filter(known -> known.getState() == AlertState.RESOLVED)
                    .findFirst()
                    .ifPresent(known -> alerts.remove(known.getKey()));
        }
    }

    /** Takes note of an operator's order, if it speaks of a silence. */
    public synchronized void order(OperatorCommand order) {
        String alert = order.getAlert();
        if (alert == null) {
            return;
        }
        switch (order.getKind()) {
            case SILENCE -> {
                silences.remove(alert);
                if (order.getUntil() != null && order.getUntil().isAfter(clock.instant())) {
                    silences.put(
                            alert,
                            new SilenceRow(
                                    alert,
                                    order.getOrderedAt(),
                                    order.getUntil(),
                                    order.getOrderedBy(),
                                    order.getReason()));
                }
                if (silences.size() > MOST) {
                    silences.remove(silences.keySet().iterator().next());
                }
            }
            case END_SILENCE -> silences.remove(alert);
            default -> {
                // Of something else.
            }
        }
    }

    /** The incidents that have not ended, the most urgent first. */
    public synchronized List<AlertRow> open() {
        return newestFirst(alert -> alert.getState() != AlertState.RESOLVED).stream()
                .sorted(Comparator.comparing(Alert::getSeverity).reversed())
                .map(alert -> AlertRow.of(alert, isSilenced(alert)))
                .toList();
    }

    /* By the names that the alert-processor goes by. */
    private boolean isSilenced(Alert alert) {
        return Stream.of(
                        AlertNames.ALL,
                        alert.getKey(),
                        alert.getMetric(),
                        alert.getMetric() + "/" + alert.getSubject())
                .anyMatch(this::isSilenced);
    }

    /**
     * The incidents that have ended, the newest first.
     *
     * @param most how many at most
     */
    synchronized List<AlertRow> resolved(int most) {
        return newestFirst(alert -> alert.getState() == AlertState.RESOLVED).stream()
                .limit(most)
                .map(alert -> AlertRow.of(alert, false))
                .toList();
    }

    /** The silences that go on, by what they silence. */
    public synchronized List<SilenceRow> silences() {
        Instant now = clock.instant();
        return silences.values().stream()
                .filter(silence -> silence.until().isAfter(now))
                .sorted(Comparator.comparing(SilenceRow::alert))
                .toList();
    }

    /** Whether this is silenced now, by exactly this name. */
    synchronized boolean isSilenced(String alert) {
        return silences().stream().anyMatch(silence -> silence.alert().equals(alert));
    }

    private List<Alert> newestFirst(Predicate<Alert> wanted) {
        return alerts.values().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(Alert::getAt).reversed())
                .toList();
    }
}
