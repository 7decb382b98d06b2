package io.stepfree.load.chaos;

import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.driver.DriverLog;
import io.stepfree.load.chaos.pipeline.Pipeline;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Looks twice a second at how many scans clients have asked for and how many of those can be seen
 * to have ended, in the tables that clients are shown. Thread-safe.
 */
final class Backlog implements AutoCloseable {

    private static final long PAUSE_MILLIS = 500;

    /** How much of a backlog is the ordinary one, of scans that are just being made. */
    private static final int ORDINARY = 4;

    private static final String ENDED =
            "select count(*) from reports.scan_status where status in ('completed', 'dead_lettered', 'cancelled')";

    /**
     * One look.
     *
     * @param at in milliseconds of the epoch
     * @param offered how many scans were asked for by then
     * @param ended how many have ended
     */
    record Look(long at, long offered, long ended) {
        long backlog() {
            return offered - ended;
        }
    }

    /** How a backlog went down. */
    record Drain(long most, double seconds, double endedPerSecond) {}

    private final Pipeline pipeline;
    private final Path driverLog;
    private final List<Look> looks = new CopyOnWriteArrayList<>();
    private final Thread thread;

    Backlog(Pipeline pipeline, Path driverLog) {
        this.pipeline = pipeline;
        this.driverLog = driverLog;
        this.thread = Thread.ofVirtual().name("backlog").start(this::look);
    }

    private void look() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                long offered = offered(DriverLog.read(driverLog));
                try (var connection = pipeline.database().connect();
                        var statement = connection.createStatement();
                        var row = statement.executeQuery(ENDED)) {
                    row.next();
                    looks.add(new Look(System.currentTimeMillis(), offered, row.getLong(1)));
                }
            } catch (SQLException _) {
                // The database is away; what ended meanwhile is seen when it is back.
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static long offered(List<DriverEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.kind() == Kind.SUBMIT && entry.attempt() == 1)
                .count();
    }

    /**
     * How the backlog went down from this moment on; never a drain that did not come to its end.
     */
    Drain after(long at) {
        List<Look> later = looks.stream().filter(look -> look.at() >= at).toList();
        long most = later.stream().mapToLong(Look::backlog).max().orElse(0);
        boolean peaked = false;
        for (Look look : later) {
            peaked = peaked || look.backlog() == most;
            if (peaked && look.backlog() <= ORDINARY) {
                double seconds = Math.max(0.5, (look.at() - at) / 1_000.0);
                long ended =
                        look.ended()
                                - looks.stream()
                                        .filter(before -> before.at() < at)
                                        .mapToLong(Look::ended)
                                        .max()
                                        .orElse(0);
                return new Drain(most, seconds, ended / seconds);
            }
        }
        return new Drain(most, Double.NaN, 0);
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
