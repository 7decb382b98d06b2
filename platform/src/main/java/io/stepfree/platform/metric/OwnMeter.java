package io.stepfree.platform.metric;

import static io.stepfree.platform.metric.MeterKind.COUNTER;
import static io.stepfree.platform.metric.MeterKind.GAUGE;
import static io.stepfree.platform.metric.MeterKind.TIMER;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of ours, declared once. It is registered through here and nowhere else, so that its
 * description, unit and tags are those that docs/metrics.md tells, and are the same in every
 * service. Thread-safe.
 *
 * <p>No tag holds an address, a host or an id: their number has no bound. A client is one of at
 * most 200.
 */
public enum OwnMeter {
    REQUESTS_REFUSED(
            COUNTER,
            "stepfree.requests.refused",
            "",
            Service.GATEWAY,
            "Requests refused because a client had sent too many, by the limit that it reached: scans or requests",
            "More than 1,000 in five minutes: a client does not slow down.",
            "limit"),
    CACHE_HITS(
            COUNTER,
            "stepfree.cache.hits",
            "",
            Service.GATEWAY,
            "Submitted scans that were answered with an earlier result, by where it was found: memory, shared or database",
            "Never.",
            "level"),
    CACHE_MISSES(
            COUNTER,
            "stepfree.cache.misses",
            "",
            Service.GATEWAY,
            "Submitted scans that might have been answered with an earlier result, and were not",
            "Never by itself: pages may all be new."),
    GATEWAY_STREAMS_OPEN(
            GAUGE,
            "stepfree.gateway.streams.open",
            "",
            Service.GATEWAY,
            "Live streams that are open at this gateway",
            "Never by itself: at stepfree.gateway.streams.most further ones are refused."),
    GATEWAY_STREAMS_CUT(
            COUNTER,
            "stepfree.gateway.streams.cut",
            "",
            Service.GATEWAY,
            "Live streams that were cut off because their reader was too slow",
            "Never by itself: the client reads on where it was."),
    GATEWAY_CALLBACKS(
            COUNTER,
            "stepfree.gateway.callbacks",
            "",
            Service.GATEWAY,
            "Attempts to tell a client that a scan or batch has ended, by how they ended: delivered, failed (it is tried again) or dead (it is given up)",
            "Never by itself: a receiver is its client's own business.",
            "outcome"),
    GATEWAY_SCHEDULE_RUNS(
            COUNTER,
            "stepfree.gateway.schedule.runs",
            "",
            Service.GATEWAY,
            "Times of schedules that were dealt with, by how: submitted, refused (as by the limit of the plan) or retrying (something that is needed was away)",
            "Never by itself: what is away has alerts of its own.",
            "outcome"),
    SCAN_ATTEMPTS(
            TIMER,
            "stepfree.scan.attempts",
            "",
            Service.PROCESSOR,
            "How long attempts at scans take, by how they end: completed, or the type of the failure",
            "More than half of the attempts fail for a minute, or a tenth by our own fault (browser_crash, engine_error, invalid_job); 95 of 100 take up to more than 30 s; none ends for 15 minutes while scans wait.",
            buckets("250ms 500ms 1s 2s 3s 5s 7500ms 10s 15s 20s 30s 45s 60s 120s"),
            "outcome"),
    SCAN_OVERDUE(
            COUNTER,
            "stepfree.scan.overdue",
            "",
            Service.PROCESSOR,
            "Scans that did not end by themselves and were cancelled",
            "Any: it is a bug, and the worker's log tells where the scan was."),
    WORKER_SLOTS(
            GAUGE,
            "stepfree.worker.slots",
            "",
            Service.PROCESSOR,
            "Slots of this worker that have a browser and take jobs",
            "Half of the slots of the last quarter of an hour are gone; a worker has none for two minutes."),
    WORKER_BUSY(
            GAUGE,
            "stepfree.worker.busy",
            "",
            Service.PROCESSOR,
            "Slots of this worker that do a job now",
            "Never by itself: all busy while scans wait asks for more workers."),
    BROWSER_STARTS(
            COUNTER,
            "stepfree.browser.starts",
            "browsers",
            Service.PROCESSOR,
            "Browsers that were started",
            "Never by itself; see stepfree.browser.ends."),
    BROWSER_ENDS(
            COUNTER,
            "stepfree.browser.ends",
            "browsers",
            Service.PROCESSOR,
            "Browsers that ended, by what ended them",
            "More than ten in ten minutes by crash, hang or health.",
            "cause"),
    BROWSER_RUNNING(
            GAUGE,
            "stepfree.browser.running",
            "browsers",
            Service.PROCESSOR,
            "Browsers that run now; two for a moment, while one takes over",
            "0 for two minutes: the worker does nothing."),
    BROWSER_MEMORY(
            GAUGE,
            "stepfree.browser.memory",
            "bytes",
            Service.PROCESSOR,
            "Memory of the browser's process tree (PSS) when last looked at; 0 where it cannot be read",
            "Never by itself: a browser that takes too much is replaced."),
    BROWSER_LEASES(
            GAUGE,
            "stepfree.browser.leases",
            "scans",
            Service.PROCESSOR,
            "Scans that use the browser now",
            "Never."),
    BROWSER_SCANS(
            GAUGE,
            "stepfree.browser.scans",
            "scans",
            Service.PROCESSOR,
            "Scans that the running browser has served since its start",
            "Never."),
    BROWSER_LADDER(
            TIMER,
            "stepfree.browser.ladder",
            "",
            Service.PROCESSOR,
            "How long the steps of the kill ladder take: disposing of a scan's context, ending the process tree, starting a browser",
            "Never by itself: starts that take longer than 10 s tell of a machine without processor time.",
            buckets("50ms 100ms 250ms 500ms 1s 2s 5s 10s 30s"),
            "step"),
    EGRESS_REFUSED(
            COUNTER,
            "stepfree.egress.refused",
            "",
            Service.PROCESSOR,
            "Requests of pages that did not get out, by the reason",
            "More than 500 as unsafe_target in five minutes: somebody tries where the workers can get.",
            "reason"),
    SCHEDULER_ACCEPTED(
            COUNTER,
            "stepfree.scheduler.accepted",
            "",
            Service.SCHEDULER,
            "Scans accepted",
            "Never: no traffic may be right."),
    SCHEDULER_COMPLETED(
            COUNTER,
            "stepfree.scheduler.completed",
            "",
            Service.SCHEDULER,
            "Scans ended with a result",
            "Never by itself; see stepfree.scan.attempts."),
    SCHEDULER_DEAD_LETTERED(
            COUNTER,
            "stepfree.scheduler.dead.lettered",
            "",
            Service.SCHEDULER,
            "Scans ended as dead letters",
            "More than ten a minute for five minutes."),
    SCHEDULER_CANCELLED(
            COUNTER,
            "stepfree.scheduler.cancelled",
            "",
            Service.SCHEDULER,
            "Scans cancelled",
            "Never."),
    SCHEDULER_RETRIED(
            COUNTER,
            "stepfree.scheduler.retried",
            "",
            Service.SCHEDULER,
            "Failed attempts after which another one was planned",
            "Never by itself: those that fail at last are dead letters."),
    SCHEDULER_LOST(
            COUNTER,
            "stepfree.scheduler.lost",
            "",
            Service.SCHEDULER,
            "Jobs of which nothing was heard by their deadline",
            "More than ten in an hour: workers take jobs and vanish."),
    SCHEDULER_OVERDUE(
            COUNTER,
            "stepfree.scheduler.overdue",
            "",
            Service.SCHEDULER,
            "Scans found to be open for longer than any should",
            "Never by itself; see stepfree.scheduler.overdue.open."),
    SCHEDULER_PASSED_OVER(
            COUNTER,
            "stepfree.scheduler.passed.over",
            "",
            Service.SCHEDULER,
            "Scans found among those that wait of which no row says that they do",
            "Any: it is a bug, and the scheduler's log names the scan."),
    SCHEDULER_COMMANDS_IGNORED(
            COUNTER,
            "stepfree.scheduler.commands.ignored",
            "",
            Service.SCHEDULER,
            "Commands that were carried out before or no longer make sense",
            "Never: doubled deliveries are expected."),
    SCHEDULER_OUTCOMES_FENCED(
            COUNTER,
            "stepfree.scheduler.outcomes.fenced",
            "",
            Service.SCHEDULER,
            "Outcomes that did not count, by the reason",
            "More than ten foreign ones in a quarter of an hour: workers answer what this scheduler never asked, as after its state was lost.",
            "reason"),
    SCHEDULER_WAIT(
            TIMER,
            "stepfree.scheduler.wait",
            "",
            Service.SCHEDULER,
            "How long scans waited before they were handed out",
            "Never by itself; see stepfree.scheduler.waiting.oldest.",
            buckets("100ms 500ms 1s 5s 15s 60s 300s 900s 3600s")),
    SCHEDULER_DISPATCHED(
            GAUGE,
            "stepfree.scheduler.dispatched",
            "",
            Service.SCHEDULER,
            "Jobs that this scheduler has handed out and not heard of yet, those of cancelled scans too",
            "Never by itself; about two for each slot."),
    SCHEDULER_LEDGER(
            GAUGE,
            "stepfree.scheduler.ledger",
            "",
            Service.SCHEDULER,
            "Scans by where they stand; each life of a scan counts",
            "More than 10,000 wait for five minutes.",
            "standing"),
    SCHEDULER_LEDGER_CLIENT(
            GAUGE,
            "stepfree.scheduler.ledger.client",
            "",
            Service.SCHEDULER,
            "Scans of one client, of 200 at most, by where they stand",
            "Never.",
            "client",
            "standing"),
    SCHEDULER_LEDGER_IMBALANCE(
            GAUGE,
            "stepfree.scheduler.ledger.imbalance",
            "",
            Service.SCHEDULER,
            "By how much the books do not add up; anything but 0 is an alarm, NaN is not known yet",
            "Anything but 0: a scan was lost or doubled."),
    SCHEDULER_LEDGER_PARTITIONS(
            GAUGE,
            "stepfree.scheduler.ledger.partitions",
            "",
            Service.SCHEDULER,
            "Of how many partitions this scheduler keeps the books",
            "Fewer than 12 over all schedulers for five minutes: nobody moves the scans of the others."),
    SCHEDULER_OVERDUE_OPEN(
            GAUGE,
            "stepfree.scheduler.overdue.open",
            "",
            Service.SCHEDULER,
            "Scans that have been open for longer than any should; NaN is not known yet",
            "More than 0 for five minutes."),
    SCHEDULER_WAITING_OLDEST(
            GAUGE,
            "stepfree.scheduler.waiting.oldest",
            "seconds",
            Service.SCHEDULER,
            "How long the scan has been waiting that waits longest",
            "More than an hour."),
    REPORTS_PUBLISHED(
            COUNTER,
            "stepfree.reports.published",
            "",
            Service.REPORTS,
            "Reports published for the first time",
            "Never by itself: stepfree.kafka.lag of report-builder tells when it is behind."),
    REPORTS_REPEATED(
            COUNTER,
            "stepfree.reports.repeated",
            "",
            Service.REPORTS,
            "Results that came again and changed nothing",
            "Never: doubled deliveries are expected."),
    REPORTS_RELOOKS(
            COUNTER,
            "stepfree.reports.relooks",
            "",
            Service.REPORTS,
            "Pages with a new serious or critical violation of which it was decided whether they are looked at again: ordered, or left_out because their client had as many within the hour as it may have",
            "Never by itself: where left_out grows, alerts of what is new wait for the next scan of the page; see stepfree.reports.relooks.per-hour.",
            "outcome"),
    REPORTS_EXPIRED(
            COUNTER,
            "stepfree.reports.expired",
            "",
            Service.REPORTS,
            "Scans, deleted with their reports and files, and sites whose time was over",
            "Never."),
    REPORTS_UNFLUSHED_OLDEST(
            GAUGE,
            "stepfree.reports.unflushed.oldest",
            "seconds",
            Service.REPORTS,
            "How long ago the report was written whose files have been waiting longest to be flushed to the disk; 0 when none is",
            "More than 15 minutes: a power cut would take its files now, and they would be made again from the database."),
    GATEWAY_KEYS_EXPIRED(
            COUNTER,
            "stepfree.gateway.keys.expired",
            "",
            Service.GATEWAY,
            "Keys deleted because they had ended long ago",
            "Never."),
    ERASURE_ERASED(
            COUNTER,
            "stepfree.erasure.erased",
            "",
            Service.EVERY,
            "What was erased on the order to erase a client's data, by kind, such as scans, reports, files and deadLetters",
            "Never: GET /api/clients/{id}/erasures tells who ordered it.",
            "kind"),
    KEEPING_EXPIRED(
            COUNTER,
            "stepfree.keeping.expired",
            "",
            Service.DEAD_LETTERS,
            "Dead letters deleted because their time was over",
            "Never."),
    KEEPING_PURGED(
            COUNTER,
            "stepfree.keeping.purged",
            "",
            Service.DEAD_LETTERS,
            "Dead letters deleted on an operator's order",
            "Never: the audit trail tells who ordered it."),
    ALERTS_UNDELIVERED(
            COUNTER,
            "stepfree.alerts.undelivered",
            "",
            Service.ALERTS,
            "Alerts that a receiver has refused for good",
            "Any: somebody is not told.",
            "receiver"),
    KAFKA_LAG(
            GAUGE,
            "stepfree.kafka.lag",
            "records",
            Service.ALERTS,
            "Records that a consumer group or share group is behind",
            "More than 10,000 for five minutes; absent for five minutes, which says that the broker does not answer.",
            "group"),
    LISTENER_FAILURES(
            COUNTER,
            "stepfree.listener.failures",
            "",
            Service.EVERY,
            "Records that could not be dealt with and came again",
            "It grows for five minutes: a dependency is away, or a record stops its partition.",
            "group"),
    RECORDS_UNREADABLE(
            COUNTER,
            "stepfree.records.unreadable",
            "",
            Service.EVERY,
            "Records that could not be decoded and were kept on ops.unreadable",
            "Any: somebody writes what we cannot read.",
            "topic"),
    BREAKERS_OPEN(
            GAUGE,
            "stepfree.breakers.open",
            "",
            Service.EVERY,
            "Breakers that are open: dependencies that are not called for now",
            "More than 0 for a minute."),
    BREAKER_CLOSED(
            GAUGE,
            "stepfree.breaker.closed",
            "",
            Service.EVERY,
            "1 while calls go through, 0.5 while a few try it out, 0 while none do",
            "Never by itself: it names the breaker of stepfree.breakers.open.",
            "breaker"),
    BREAKER_FAILURES(
            COUNTER,
            "stepfree.breaker.failures",
            "",
            Service.EVERY,
            "Calls that failed because the dependency did not answer",
            "Never by itself; see stepfree.breakers.open.",
            "breaker"),
    BREAKER_TRIPS(
            COUNTER,
            "stepfree.breaker.trips",
            "",
            Service.EVERY,
            "How often the breaker has opened",
            "More than five in an hour: the dependency comes and goes.",
            "breaker"),
    RECOVERIES(
            COUNTER,
            "stepfree.recoveries",
            "",
            Service.EVERY,
            "Parts that were started anew, or were to be",
            "failed or refused: what was started anew does not come up.",
            "component",
            "result"),
    ERRORS_UNHANDLED(
            COUNTER,
            "stepfree.errors.unhandled",
            "",
            Service.EVERY,
            "Threads that have died of an error that nobody caught",
            "Any: the log has it at ERROR.");

    private final MeterKind kind;
    private final String meterName;
    private final String unit;
    private final String service;
    private final String description;
    private final String alert;

    // Neither changes, of which the checker cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Duration> buckets;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> tags;

    /** The services as they are named in their settings and in what is scraped. */
    private static final class Service {
        static final String EVERY = "";
        static final String GATEWAY = "ingest-gateway";
        static final String SCHEDULER = "scan-scheduler";
        static final String PROCESSOR = "scan-processor";
        static final String REPORTS = "report-builder";
        static final String DEAD_LETTERS = "dlq-processor";
        static final String ALERTS = "alert-processor";
    }

    OwnMeter(
            MeterKind kind,
            String meterName,
            String unit,
            String service,
            String description,
            String alert,
            String... tags) {
        this(kind, meterName, unit, service, description, alert, List.of(), tags);
    }

    OwnMeter(
            MeterKind kind,
            String meterName,
            String unit,
            String service,
            String description,
            String alert,
            List<Duration> buckets,
            String... tags) {
        this.kind = kind;
        this.meterName = meterName;
        this.unit = unit;
        this.service = service;
        this.description = description;
        this.alert = alert;
        this.buckets = buckets;
        this.tags = List.of(tags);
    }

    private static List<Duration> buckets(String text) {
        return Arrays.stream(text.split(" "))
                .map(one ->
                        one.endsWith("ms")
                                ? Duration.ofMillis(Long.parseLong(one.replace("ms", "")))
                                : Duration.ofSeconds(Long.parseLong(one.replace("s", ""))))
                .toList();
    }

    /** Its name, in dots. */
    public String meterName() {
        return meterName;
    }

    /** The name that Prometheus knows it by; a timer has more, with endings. */
    public String prometheusName() {
        String name =
                new PrometheusNamingConvention()
                        .name(
                                meterName,
                                switch (kind) {
                                    case COUNTER -> Meter.Type.COUNTER;
                                    case GAUGE -> Meter.Type.GAUGE;
                                    case TIMER -> Meter.Type.TIMER;
                                },
                                baseUnit());
        // Prometheus's own client adds this one.
        return kind == COUNTER ? name + "_total" : name;
    }

    public MeterKind kind() {
        return kind;
    }

    /** Empty for plain numbers; a timer counts seconds. */
    public String unit() {
        return unit;
    }

    public String description() {
        return description;
    }

    /** When it asks for somebody, a sentence. */
    public String alert() {
        return alert;
    }

    /** The service that has it; empty when every service can. */
    public String service() {
        return service;
    }

    /** The names of its tags, all of which each of its series has. */
    public List<String> tags() {
        return tags;
    }

    /** The upper ends of a timer's buckets. */
    public List<Duration> buckets() {
        return buckets;
    }

    /**
     * The counter with these tags, the same at every call.
     *
     * @param tags names and values in turn
     */
    public Counter counter(MeterRegistry registry, String... tags) {
        must(COUNTER);
        return Counter.builder(meterName)
                .description(description)
                .baseUnit(baseUnit())
                .tags(checked(Tags.of(tags)))
                .register(registry);
    }

    /** Has a counter follow a number that {@code source} counts itself; it is held weakly. */
    public <T> void counter(
            MeterRegistry registry, T source, ToDoubleFunction<T> count, String... tags) {
        must(COUNTER);
        FunctionCounter.builder(meterName, source, count)
                .description(description)
                .baseUnit(baseUnit())
                .tags(checked(Tags.of(tags)))
                .register(registry);
    }

    /** The timer with these tags, the same at every call. */
    public Timer timer(MeterRegistry registry, String... tags) {
        must(TIMER);
        return Timer.builder(meterName)
                .description(description)
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .tags(checked(Tags.of(tags)))
                .register(registry);
    }

    /** Has a gauge follow a value of {@code source}, which is held weakly. */
    public <T> void gauge(
            MeterRegistry registry, T source, ToDoubleFunction<T> value, String... tags) {
        must(GAUGE);
        Gauge.builder(meterName, source, value)
                .description(description)
                .baseUnit(baseUnit())
                .tags(checked(Tags.of(tags)))
                .register(registry);
    }

    /** A gauge whose series come and go; each {@link #row} has all tags. */
    public MultiGauge gauges(MeterRegistry registry) {
        must(GAUGE);
        return MultiGauge.builder(meterName)
                .description(description)
                .baseUnit(baseUnit())
                .register(registry);
    }

    /** One series of {@link #gauges}. */
    public MultiGauge.Row<?> row(Number value, String... tags) {
        return MultiGauge.Row.of(checked(Tags.of(tags)), value);
    }

    private @Nullable String baseUnit() {
        return unit.isEmpty() ? null : unit;
    }

    private void must(MeterKind wanted) {
        if (kind != wanted) {
            throw new IllegalArgumentException(
                    "%s is a %s in the catalogue, not a %s".formatted(meterName, kind, wanted));
        }
    }

    private Tags checked(Tags given) {
        Set<String> names = new TreeSet<>();
        given.forEach(tag -> names.add(tag.getKey()));
        if (!names.equals(new TreeSet<>(tags))) {
            throw new IllegalArgumentException(
                    "%s has the tags %s in the catalogue, not %s"
                            .formatted(meterName, tags, names));
        }
        return given;
    }
}
