package io.stepfree.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.signal.SignalSource;
import io.stepfree.scheduler.capacity.WorkerCensus;
import io.stepfree.scheduler.choice.DispatchBoard;
import io.stepfree.scheduler.ledger.Books;
import io.stepfree.scheduler.ledger.Books.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Publishes the books of this instance as metrics and in its signal: how many scans were accepted,
 * how they ended and how many are open, in all and by client. They balance when {@code
 * stepfree.scheduler.ledger.imbalance} is 0. Thread-safe.
 */
final class SchedulerGauges implements SignalSource {

    private static final String LEDGER = OwnMeter.SCHEDULER_LEDGER.meterName();
    private static final String IMBALANCE = OwnMeter.SCHEDULER_LEDGER_IMBALANCE.meterName();
    private static final String PARTITIONS = OwnMeter.SCHEDULER_LEDGER_PARTITIONS.meterName();
    private static final String OVERDUE = OwnMeter.SCHEDULER_OVERDUE_OPEN.meterName();

    private static final String OLDEST = OwnMeter.SCHEDULER_WAITING_OLDEST.meterName();

    private static final double UNKNOWN = Double.NaN;

    /** So many clients get metrics of their own; those of more would burden who collects them. */
    private static final int MOST_CLIENTS = 200;

    private static final Map<String, ToLongFunction<Totals>> STANDINGS = standings();

    private final Books books;
    private final DispatchBoard board;
    private final MultiGauge clients;

    SchedulerGauges(Books books, DispatchBoard board, MeterRegistry meters) {
        this.books = books;
        this.board = board;
        STANDINGS.forEach((name, of) ->
                OwnMeter.SCHEDULER_LEDGER.gauge(
                        meters, books, all -> of.applyAsLong(all.totals()), "standing", name));
        OwnMeter.SCHEDULER_LEDGER_IMBALANCE.gauge(meters, books, SchedulerGauges::imbalance);
        OwnMeter.SCHEDULER_LEDGER_PARTITIONS.gauge(meters, books, Books::partitions);
        OwnMeter.SCHEDULER_OVERDUE_OPEN.gauge(meters, books, SchedulerGauges::overdue);
        OwnMeter.SCHEDULER_WAITING_OLDEST.gauge(meters, books, SchedulerGauges::oldest);
        OwnMeter.SCHEDULER_DISPATCHED.gauge(meters, board, DispatchBoard::dispatched);
        clients = OwnMeter.SCHEDULER_LEDGER_CLIENT.gauges(meters);
    }

    private static Map<String, ToLongFunction<Totals>> standings() {
        var standings = new LinkedHashMap<String, ToLongFunction<Totals>>();
        standings.put("accepted", Totals::accepted);
        standings.put("completed", Totals::completed);
        standings.put("dead_lettered", Totals::deadLettered);
        standings.put("cancelled", Totals::cancelled);
        standings.put("open", Totals::open);
        standings.put("waiting", Totals::waiting);
        standings.put("running", Totals::running);
        standings.put("retrying", Totals::retrying);
        return Map.copyOf(standings);
    }

    private static double imbalance(Books books) {
        OptionalLong known = books.imbalance();
        return known.isPresent() ? known.getAsLong() : UNKNOWN;
    }

    private static double overdue(Books books) {
        OptionalInt known = books.overdue();
        return known.isPresent() ? known.getAsInt() : UNKNOWN;
    }

    private static double oldest(Books books) {
        return books.waitingSince()
                .map(since ->
                        Math.max(0, Duration.between(since, Instant.now()).toMillis()) / 1000.0)
                .orElse(0.0);
    }

    @Override
    public Map<String, Double> gauges() {
        refreshClients();
        var gauges = new LinkedHashMap<String, Double>();
        Totals totals = books.totals();
        STANDINGS.forEach(
                (name, of) -> gauges.put(LEDGER + "." + name, (double) of.applyAsLong(totals)));
        gauges.put(PARTITIONS, (double) books.partitions());
        // What is not known yet is not told: a 0 would end the alarm that a restart interrupted.
        books.imbalance().ifPresent(imbalance -> gauges.put(IMBALANCE, (double) imbalance));
        books.overdue().ifPresent(overdue -> gauges.put(OVERDUE, (double) overdue));
        // Before the first whole walk nobody knows.
        if (totals.waiting() == 0 || books.waitingSince().isPresent()) {
            gauges.put(OLDEST, oldest(books));
        }
        gauges.put(WorkerCensus.DISPATCHED, (double) board.dispatched());
        return gauges;
    }

    /* With each signal, which is often enough for whoever collects metrics. */
    private void refreshClients() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        books.byClient().entrySet().stream()
                .limit(MOST_CLIENTS)
                .forEach(client ->
                        STANDINGS.forEach((name, of) ->
                                rows.add(
                                        OwnMeter.SCHEDULER_LEDGER_CLIENT.row(
                                                of.applyAsLong(client.getValue()),
                                                "client",
                                                client.getKey(),
                                                "standing",
                                                name))));
        clients.register(rows, true);
    }
}
