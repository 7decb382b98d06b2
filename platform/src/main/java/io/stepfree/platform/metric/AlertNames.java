package io.stepfree.platform.metric;

import java.util.Set;

/**
 * What can be an alert, by name: for those who take orders about alerts and do not watch for them
 * themselves. The alert-processor's own catalogue says what each is.
 */
public final class AlertNames {

    /** Stands for every alert where one can be named, as in a silence. */
    public static final String ALL = "*";

    /** The keys of incidents. */
    public static final Set<String> INCIDENTS =
            Set.of(
                    "alerts-undelivered",
                    "browsers-dying",
                    "cache-cold",
                    "capacity-lost",
                    "clients-limited",
                    "consumers-behind",
                    "database-busy",
                    "dependency-down",
                    "ledger-imbalance",
                    "memory-full",
                    "no-traffic",
                    "pages-not-seen",
                    "pages-worse",
                    "reports-failing",
                    "scans-failing",
                    "scans-overdue",
                    "scans-slow",
                    "scans-waiting",
                    "service-gone");

    /** The metrics that are held against thresholds. */
    public static final Set<String> METRICS =
            Set.of(
                    "alerts-undelivered",
                    "breakers-open",
                    "browser-crashes",
                    "browser-recycles",
                    "cache-misses",
                    "capacity-lost",
                    "consumer-lag",
                    "database-pool",
                    "dead-letter-rate",
                    "dead-letters-of-pattern",
                    "error-rate",
                    "failures-of-type",
                    "heap",
                    "host-error-rate",
                    "ledger-imbalance",
                    "no-traffic",
                    "oldest-waiting",
                    "own-failures",
                    "queue-depth",
                    "queue-growth",
                    "refused-requests",
                    "regressions",
                    "report-failures",
                    "scan-time-p95",
                    "scans-overdue",
                    "service-silent",
                    "standstill",
                    "suspect-results");

    /** Those of them that are measured for each of several parts, as for each host. */
    public static final Set<String> METRICS_OF_PARTS =
            Set.of(
                    "alerts-undelivered",
                    "breakers-open",
                    "consumer-lag",
                    "database-pool",
                    "dead-letters-of-pattern",
                    "failures-of-type",
                    "heap",
                    "host-error-rate",
                    "regressions",
                    "service-silent");

    private AlertNames() {}

    /** Whether this is an incident, a metric, or a part of one as {@code host-error-rate/x}. */
    public static boolean isKnown(String name) {
        int slash = name.indexOf('/');
        return slash < 0
                ? INCIDENTS.contains(name) || METRICS.contains(name)
                : METRICS_OF_PARTS.contains(name.substring(0, slash));
    }
}
