package io.stepfree.alerts.metric;

import static io.stepfree.schemas.ops.Severity.CRITICAL;
import static io.stepfree.schemas.ops.Severity.ERROR;
import static io.stepfree.schemas.ops.Severity.WARNING;

import io.stepfree.alerts.history.Dimension;
import io.stepfree.alerts.history.History;
import io.stepfree.alerts.history.Tally;
import io.stepfree.alerts.signal.LatestSignals;
import io.stepfree.alerts.signal.Level;
import io.stepfree.schemas.ops.Severity;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that can be an alert, with what it is held against by default. Metrics that go up
 * together, whatever the cause, share an incident: one cause is told once.
 */
public enum Metric {
    ERROR_RATE(
            "scans-failing",
            Unit.SHARE,
            EventMeasures.shareOfFailures(Set.of()),
            defaults(0.5, "1m", 10, ERROR, "5m"),
            "%1$s of the attempts at scans failed",
            "The share of all attempts at scans that failed.",
            "Look at the failures' types and where they gather: one host is that site's trouble, everywhere is ours or the network's."),
    HOST_ERROR_RATE(
            "scans-failing",
            Unit.SHARE,
            EventMeasures.shareOfEachHost(),
            defaults(0.8, "5m", 10, WARNING, "15m"),
            "%1$s of the attempts at %2$s failed",
            "The share of the attempts at one host that failed, for each host.",
            "Open a page of the host by hand. When it is the site's trouble, wait for it, then replay its dead letters."),
    FAILURES_OF_TYPE(
            "scans-failing",
            Unit.SHARE,
            EventMeasures.shareOfEachFailure(),
            defaults(0.25, "5m", 20, WARNING, "15m"),
            "%1$s of the attempts failed as %2$s",
            "The share of all attempts that failed in one way, for each type of failure.",
            "List them: './stepfree dead-letters list --type TYPE'."),
    OWN_FAILURES(
            "scans-failing",
            Unit.SHARE,
            EventMeasures.shareOfFailures(
                    Set.of("browser_crash", "engine_error", "invalid_job", "lost")),
            defaults(0.1, "5m", 20, ERROR, "5m"),
            "%1$s of the attempts failed by our own fault",
            "The share of all attempts that failed by our fault: browser_crash, engine_error, invalid_job, lost.",
            "Compare workers and engine versions in the alert; take a new one back, and look into the worker's log."),
    DEAD_LETTER_RATE(
            "scans-failing",
            Unit.PER_MINUTE,
            EventMeasures.perMinute(Dimension.DEATHS_BY_PATTERN),
            defaults(10, "5m", 0, WARNING, "15m"),
            "Scans ended as dead letters, %1$s",
            "How many scans a minute end as dead letters.",
            "See what they have in common: './stepfree dead-letters stats'."),
    DEAD_LETTERS_OF_PATTERN(
            "scans-failing",
            Unit.COUNT,
            EventMeasures.countOfEach(Dimension.DEATHS_BY_PATTERN),
            defaults(50, "15m", 0, WARNING, "30m"),
            "%1$s {scan|scans} ended as dead letters of pattern %2$s",
            "How many scans ended as dead letters with one pattern, for each pattern.",
            "List them: './stepfree dead-letters list --pattern PATTERN'; once the cause is mended, replay them by the same filter."),
    SUSPECT_RESULTS(
            "pages-not-seen",
            Unit.SHARE,
            EventMeasures.shareOf("suspect", Dimension.RESULTS_BY_VALIDITY),
            defaults(0.5, "15m", 20, WARNING, "30m"),
            "%1$s of the results may not be of the page that was asked for",
            "The share of results that may not be of the page that was asked for, as a login in its place.",
            "Look whether the scans need headers, cookies or actions to get in."),
    SCAN_TIME_P95(
            "scans-slow",
            Unit.SECONDS,
            EventMeasures.attemptSeconds(0.95),
            defaults(30, "5m", 20, WARNING, "15m"),
            "95 of 100 attempts took up to %1$s",
            "The time that 95 of 100 attempts did not exceed.",
            "Compare with the load of the workers' machines; slow sites show by host in the reports."),
    QUEUE_DEPTH(
            "scans-waiting",
            Unit.COUNT,
            LevelMeasures.lowest(Level.WAITING),
            defaults(10_000, "5m", 0, WARNING, "30m"),
            "%1$s {scan|scans} waited for a worker",
            "How many scans wait for a worker.",
            "Start more workers, or wait: nothing is lost meanwhile."),
    QUEUE_GROWTH(
            "scans-waiting",
            Unit.PER_MINUTE,
            LevelMeasures.growthPerMinute(Level.WAITING),
            defaults(500, "10m", 0, WARNING, "30m"),
            "The waiting scans grew by %1$s",
            "By how many a minute the waiting scans have grown in number.",
            "See who submits them, and whether the workers keep their pace."),
    OLDEST_WAITING(
            "scans-waiting",
            Unit.SECONDS,
            LevelMeasures.lowest(Level.OLDEST_WAITING),
            defaults(3_600, "1m", 0, WARNING, "30m"),
            "The oldest waiting scan had waited for %1$s",
            "How long the scan has been waiting that waits longest.",
            "Start more workers. Where only one host waits, it is spared on purpose: see stepfree.scheduler.per-host."),
    STANDSTILL(
            "scans-waiting",
            Unit.SECONDS,
            LevelMeasures.standstill(),
            defaults(900, "2m", 0, ERROR, "5m"),
            "Scans waited, and no attempt had ended for %1$s",
            "Since when no attempt has ended although scans wait.",
            "Look whether workers run and have a browser: './stepfree status'. The only host that is scanned may have asked for time, up to stepfree.scheduler.longest-retry-after."),
    CONSUMER_LAG(
            "consumers-behind",
            Unit.COUNT,
            LevelMeasures.lowestOfEach(Level.LAG_OF),
            defaults(10_000, "5m", 0, WARNING, "30m"),
            "The group %2$s was %1$s {record|records} behind",
            "How many records a consumer group or share group is behind, for each group.",
            "Look whether the service of that name runs and what it logs."),
    SERVICE_SILENT(
            "service-gone",
            Unit.SECONDS,
            LevelMeasures.silence(),
            defaults(60, "1m", 0, ERROR, "5m"),
            "Nothing was heard of %2$s for %1$s",
            "Since when nothing was heard of any instance of a service, for each service that was heard within a day.",
            "Start it again, and look into its log for why it went; './stepfree doctor' shows what is silent."),
    CAPACITY_LOST(
            "capacity-lost",
            Unit.SHARE,
            LevelMeasures.lost(Level.SLOTS),
            defaults(0.5, "15m", 0, ERROR, "5m"),
            "%1$s of the workers' slots were gone",
            "Which share of the workers' slots of late is gone, for a minute or longer.",
            "Start the missing workers again; their jobs are with others already."),
    BROWSER_CRASHES(
            "browsers-dying",
            Unit.COUNT,
            EventMeasures.growthOf(
                    "stepfree.browser.ends.crash",
                    "stepfree.browser.ends.hang",
                    "stepfree.browser.ends.health"),
            defaults(10, "10m", 0, WARNING, "30m"),
            "%1$s {browser|browsers} died, hung or failed {its|their} health check",
            "How many browsers died, hung or failed their health check.",
            "Compare the scans that were in flight in the workers' logs; quarantine a page that kills browsers."),
    BROWSER_RECYCLES(
            "browsers-dying",
            Unit.COUNT,
            EventMeasures.growthOf("stepfree.browser.ends.age", "stepfree.browser.ends.memory"),
            defaults(60, "10m", 0, WARNING, "30m"),
            "%1$s {browser was|browsers were} replaced because of age or memory",
            "How many browsers were replaced because of their age or memory.",
            "Give the browser more memory (stepfree.browser.max-memory) or the worker fewer slots."),
    HEAP(
            "memory-full",
            Unit.SHARE,
            LevelMeasures.lowestOfEach(Level.HEAP_OF),
            defaults(0.95, "2m", 0, ERROR, "15m"),
            "%2$s used %1$s of its heap",
            "Which share of its heap a service has not given back for the whole window, for the fullest instance of each service.",
            "Give that service more memory (-Xmx), and take a heap dump before it is restarted."),
    BREAKERS_OPEN(
            "dependency-down",
            Unit.COUNT,
            LevelMeasures.lowestOfEach(Level.OPEN_BREAKERS_OF),
            defaults(1, "30s", 0, ERROR, "5m"),
            "The breaker %2$s was open in %1$s of its instances",
            "In how many instances of a service a breaker is open, for each breaker, as ingest-gateway/database.",
            "Look at what is behind it; it closes by itself once that answers."),
    DATABASE_POOL(
            "database-busy",
            Unit.SHARE,
            LevelMeasures.lowestOfEach(Level.POOL_OF),
            defaults(0.95, "1m", 0, ERROR, "15m"),
            "%2$s used %1$s of its database connections",
            "Which share of its database connections a service has used for the whole window, for the busiest instance of each service.",
            "Look for slow queries in PostgreSQL (pg_stat_activity), or give the service more connections."),
    CACHE_MISSES(
            "cache-cold",
            Unit.SHARE,
            EventMeasures.shareOfGrowth("stepfree.cache.misses", "stepfree.cache.hits"),
            disabled(0.95, "1h", 200, WARNING, "6h"),
            "The cache could not answer %1$s of the submitted scans",
            "The share of submitted scans that the cache could not answer.",
            "Expected when every page is new; otherwise lengthen the time that results are kept."),
    REFUSED_REQUESTS(
            "clients-limited",
            Unit.COUNT,
            EventMeasures.growthOf("stepfree.requests.refused"),
            defaults(1_000, "5m", 0, WARNING, "30m"),
            "%1$s {request was|requests were} refused because a client had sent too many",
            "How many requests were refused because a client had sent too many.",
            "See which client it is, and raise its limit or ask it to slow down."),
    REPORT_FAILURES(
            "reports-failing",
            Unit.COUNT,
            EventMeasures.growthOf("report-builder/stepfree.listener.failures"),
            defaults(5, "5m", 0, ERROR, "15m"),
            "report-builder failed %1$s {time|times} to deal with a result or an event",
            "How often report-builder could not deal with a result or an event; it is tried again until it can.",
            "Look into report-builder's log: most often the database is away."),
    LEDGER_IMBALANCE(
            "ledger-imbalance",
            Unit.COUNT,
            LevelMeasures.books(Level.IMBALANCE, Level.IMBALANCE_COVERS),
            defaults(1, "2s", 0, CRITICAL, "0s"),
            "The books of accepted scans did not add up by %1$s",
            "By how much the books of accepted scans do not add up.",
            "Scans were lost or counted twice: compare accepted with completed, dead-lettered, cancelled and open by client, and look into the scheduler's log."),
    SCANS_OVERDUE(
            "scans-overdue",
            Unit.COUNT,
            LevelMeasures.books(Level.OVERDUE, Level.OVERDUE_COVERS),
            defaults(1, "2s", 0, ERROR, "0s"),
            "%1$s {scan|scans} had been open for longer than stepfree.scheduler.open-bound",
            "How many scans have been open for longer than stepfree.scheduler.open-bound.",
            "Look whether workers are there and whether their sites keep them waiting."),
    REGRESSIONS(
            "pages-worse",
            Unit.COUNT,
            LevelMeasures.nowOfEach(Level.REGRESSED_ON),
            defaults(1, "1s", 0, WARNING, "5m"),
            "%1$s serious or critical {violation|violations} on %2$s {was|were} new and had not been fixed",
            "How many serious or critical violations of a host were not there at an earlier look, and were not seen fixed since, for each host; beyond 20 hosts the others count together, as further hosts.",
            "List them: 'GET /api/findings?state=new&host=HOST'; it is over when a scan of the page sees them fixed."),
    // The end of such an incident may be refused, too. The cooldown is longer than the window, so
    // that this is no beginning of another.
    ALERTS_UNDELIVERED(
            "alerts-undelivered",
            Unit.COUNT,
            EventMeasures.growthOfEach(LatestSignals.UNDELIVERED_COUNTER),
            defaults(1, "15m", 0, ERROR, "30m"),
            "%2$s refused %1$s {alert|alerts} for good",
            "How many alerts a receiver has refused for good, for each receiver; the others tell it.",
            "Mend its address or key: './stepfree doctor' names its last answer and the setting."),
    NO_TRAFFIC(
            "no-traffic",
            Unit.SECONDS,
            LevelMeasures.lowest(Level.SINCE_ATTEMPT),
            disabled(3_600, "10s", 0, WARNING, "1h"),
            "No attempt at a scan had ended for %1$s",
            "Since when no attempt at a scan has ended, whether any waits or not.",
            "Look whether those who submit scans still reach the gateway.");

    /** Where a phrase names the part. */
    private static final String PART = "%2$s";

    /** Where an action names the part, for whoever reads of none. */
    private static final Pattern PLACEHOLDER = Pattern.compile("HOST|TYPE|PATTERN");

    /** What is said of one, and of several. */
    private static final Pattern ONE_OR_MANY = Pattern.compile("\\{([^|}]*)\\|([^|}]*)}");

    private static final Set<Metric> OF_NOW =
            Set.of(SERVICE_SILENT, LEDGER_IMBALANCE, SCANS_OVERDUE, REGRESSIONS);

    private final String incident;
    private final Unit unit;

    // Neither changes; the checker cannot know it of a lambda and of another class's record.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Measure measure;

    @SuppressWarnings("ImmutableEnumChecker")
    private final MetricPolicy defaults;

    private final String phrase;
    private final String description;
    private final String action;

    Metric(
            String incident,
            Unit unit,
            Measure measure,
            MetricPolicy defaults,
            String phrase,
            String description,
            String action) {
        this.incident = incident;
        this.unit = unit;
        this.measure = measure;
        this.defaults = defaults;
        this.phrase = phrase;
        this.description = description;
        this.action = action;
    }

    private static MetricPolicy defaults(
            double threshold, String window, long minimum, Severity severity, String cooldown) {
        return policy(true, threshold, window, minimum, severity, cooldown);
    }

    private static MetricPolicy disabled(
            double threshold, String window, long minimum, Severity severity, String cooldown) {
        return policy(false, threshold, window, minimum, severity, cooldown);
    }

    private static MetricPolicy policy(
            boolean enabled,
            double threshold,
            String window,
            long minimum,
            Severity severity,
            String cooldown) {
        return new MetricPolicy(
                enabled, threshold, null, duration(window), minimum, severity, duration(cooldown));
    }

    private static Duration duration(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }

    /** The name in settings and alerts, as {@code error-rate}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is measured for each of several parts, as for each host. */
    boolean hasParts() {
        return phrase.contains(PART);
    }

    /**
     * Whether its parts have a cause each, so that one that joins an incident that was told is told
     * as well.
     */
    public boolean tellsEachPart() {
        return this == REGRESSIONS;
    }

    /**
     * Whether it is what stands at this moment, or since when: how far back it is read says nothing
     * to a person.
     */
    public boolean isOfNow() {
        return OF_NOW.contains(this);
    }

    /** The key of the incident that it is part of, as {@code scans-failing}. */
    public String incident() {
        return incident;
    }

    /** The unit of its value and threshold. */
    public Unit unit() {
        return unit;
    }

    /** What it is held against where nothing else is set. */
    public MetricPolicy defaults() {
        return defaults;
    }

    /**
     * What was measured, for a person, without a full stop.
     *
     * @param subject the part that was measured; {@code ""} for a metric without parts
     */
    public String phrase(double value, String subject) {
        String amount = unit.text(value);
        String words = ONE_OR_MANY.matcher(phrase).replaceAll(amount.equals("1") ? "$1" : "$2");
        return String.format(Locale.ROOT, words, amount, subject);
    }

    /** What it is, one sentence. */
    public String description() {
        return description;
    }

    /** What to do about it, one or two sentences, with a word in capitals for the part. */
    public String action() {
        return action;
    }

    /**
     * What to do about one of its parts.
     *
     * @param subject the part; {@code ""} for a metric without parts
     */
    public String action(String subject) {
        return subject.equals(Level.FURTHER_HOSTS)
                ? action.replace("&host=HOST", "")
                : PLACEHOLDER.matcher(action).replaceAll(Matcher.quoteReplacement(subject));
    }

    /** The metric of that name, if there is one. */
    public static Optional<Metric> of(String label) {
        return Arrays.stream(values()).filter(metric -> metric.label().equals(label)).findFirst();
    }

    /** How much of it each service instance counted; empty for what instances do not count. */
    public Map<String, Long> instances(Tally window) {
        return measure.instances(window);
    }

    /**
     * Reads it, for each of its parts; {@code ""} is the name of one that has none.
     *
     * @param window how far back, in whole seconds
     * @param now the second in which the window ends, counted from the epoch
     * @return empty while it is not known; a part that is not there is calm
     */
    public Optional<Map<String, Reading>> read(History history, Duration window, long now) {
        return measure.read(history, window, now);
    }
}
