package io.stepfree.reports.history;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The months that the tables of findings are parted into. They are made ahead, so that no result
 * waits for one, and dropped whole when all that is in them is old. Months are UTC. Thread-safe,
 * also against other instances.
 */
public final class FindingMonths {

    private static final Logger log = LoggerFactory.getLogger(FindingMonths.class);

    private static final int AHEAD = 3;
    private static final int DELETED_AT_ONCE = 5_000;

    private static final List<String> TABLES = List.of("finding", "missing_finding");
    private static final Pattern MONTH = Pattern.compile("^(\\w+)_(\\d{4})_(\\d{2})$");

    /*
     * Made by itself and then attached: readers and writers of other months go on (only a table that is created as a
     * partition locks all of them out). The indexes of the whole are made on it, while it is empty.
     */
    private static final String CREATE =
            "CREATE TABLE reports.<month> (LIKE reports.<table> INCLUDING DEFAULTS INCLUDING CONSTRAINTS)";

    private static final String ATTACH =
            """
            ALTER TABLE reports.<table> ATTACH PARTITION reports.<month>
            FOR VALUES FROM (<from>) TO (<to>)
            """;

    private static final String IN_TURN =
            "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('reports.finding', 0))) AS turn";

    private static final String ALL =
            """
            SELECT relname
              FROM pg_inherits
              JOIN pg_class ON pg_class.oid = inhrelid
             WHERE inhparent = to_regclass(:table)
             ORDER BY relname
            """;

    private static final String DELETE_COMPARISONS =
            """
            DELETE FROM reports.comparison
             WHERE scan_id IN (SELECT scan_id FROM reports.comparison WHERE completed_at < :before LIMIT :limit)
            """;

    private final Jdbi jdbi;

    /**
     * @param jdbi the database, its schema migrated
     */
    public FindingMonths(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Makes this month and the three after it, as far as they are not there. */
    public void makeAhead(Instant now) {
        YearMonth month = of(now);
        for (int ahead = 0; ahead <= AHEAD; ahead++) {
            make(month.plusMonths(ahead));
        }
    }

    /** Makes the month of this moment unless it is there. */
    public void make(Instant moment) {
        make(of(moment));
    }

    private void make(YearMonth month) {
        jdbi.useTransaction(handle -> {
            handle.createQuery(IN_TURN).mapTo(Integer.class).one();
            for (String table : TABLES) {
                if (!isThere(handle, name(table, month))) {
                    for (String sql : List.of(CREATE, ATTACH)) {
                        handle.createUpdate(sql)
                                .define("table", table)
                                .define("month", name(table, month))
                                .define("from", begin(month))
                                .define("to", begin(month.plusMonths(1)))
                                .execute();
                    }
                }
            }
        });
    }

    /**
     * Drops the months in which everything was completed before this moment, with what is known of
     * their scans. A month that is being read for long is left for the next time.
     *
     * @return how many months went
     */
    public int dropBefore(Instant moment) {
        YearMonth first = of(moment);
        Instant begin = first.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        // Before the months: nobody is to be compared with a scan whose findings are gone.
        while (deleteComparisons(begin) == DELETED_AT_ONCE) {
            // There are more.
        }
        int dropped = 0;
        for (String table : TABLES) {
            for (String name : names(table)) {
                Matcher parts = MONTH.matcher(name);
                if (parts.matches()
                        && YearMonth.of(
                                        Integer.parseInt(parts.group(2)),
                                        Integer.parseInt(parts.group(3)))
                                .isBefore(first)) {
                    drop(name);
                    dropped++;
                }
            }
        }
        return dropped;
    }

    /* Whoever reads or writes findings meanwhile waits behind it, so it does not wait for long itself. */
    private void drop(String month) {
        jdbi.useTransaction(handle -> {
            handle.execute("SET LOCAL lock_timeout = '1s'");
            handle.createUpdate("DROP TABLE IF EXISTS reports.<month>")
                    .define("month", month)
                    .execute();
        });
        log.info("dropped {}: all in it is older than reports are kept", month);
    }

    private int deleteComparisons(Instant before) {
        return jdbi.withHandle(handle ->
                handle.createUpdate(DELETE_COMPARISONS)
                        .bind("before", before)
                        .bind("limit", DELETED_AT_ONCE)
                        .execute());
    }

    private List<String> names(String table) {
        return jdbi.withHandle(handle ->
                handle.createQuery(ALL)
                        .bind("table", "reports." + table)
                        .mapTo(String.class)
                        .list());
    }

    private static boolean isThere(Handle handle, String name) {
        return handle.createQuery("SELECT to_regclass(:name) IS NOT NULL")
                .bind("name", "reports." + name)
                .mapTo(Boolean.class)
                .one();
    }

    private static String begin(YearMonth month) {
        return "'%s-01 00:00:00+00'".formatted(month);
    }

    private static String name(String table, YearMonth month) {
        return "%s_%04d_%02d".formatted(table, month.getYear(), month.getMonthValue());
    }

    private static YearMonth of(Instant moment) {
        return YearMonth.from(moment.atZone(ZoneOffset.UTC));
    }
}
