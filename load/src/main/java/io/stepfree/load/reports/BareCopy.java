package io.stepfree.load.reports;

import io.stepfree.load.chaos.pipeline.Database;
import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Writes the documents that report-builder has written once more, by COPY from a file into a table
 * without an index, 500 in a transaction: the least that storing them can cost.
 */
final class BareCopy {

    private static final int AT_ONCE = 500;

    private final Database database;
    private final Path file;

    /**
     * @param file what is copied from, which the database's own user can reach
     */
    BareCopy(Database database, Path file) {
        this.database = database;
        this.file = file;
    }

    /** Documents a second, of those that were stored last. */
    double perSecond(int documents) {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS bare_copy");
            statement.execute("CREATE TABLE bare_copy (scan_id text, document jsonb)");
            var lines = new StringBuilder();
            long nanos = 0;
            int written = 0;
            statement.setFetchSize(AT_ONCE);
            // A cursor needs a transaction, and what is written another connection.
            connection.setAutoCommit(false);
            try (Connection writing = database.connect();
                    var copy = writing.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "SELECT scan_id, document::text FROM reports.report ORDER BY published_at DESC LIMIT "
                                            + documents)) {
                boolean more = rows.next();
                while (more) {
                    lines.setLength(0);
                    int batch = 0;
                    for (; more && batch < AT_ONCE; batch++, more = rows.next()) {
                        lines.append(rows.getString(1))
                                .append('\t')
                                .append(rows.getString(2).replace("\\", "\\\\"))
                                .append('\n');
                    }
                    Files.writeString(file, lines);
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString("rw-r--r--"));
                    long start = System.nanoTime();
                    copy.execute("COPY bare_copy FROM '%s'".formatted(file));
                    nanos += System.nanoTime() - start;
                    written += batch;
                }
            }
            return written * 1e9 / nanos;
        } catch (SQLException | IOException e) {
            throw new MeasurementException("The documents cannot be copied (%s).".formatted(e), e);
        }
    }
}
