package io.stepfree.load.chaos.evidence;

import io.stepfree.load.chaos.evidence.Evidence.BatchRow;
import io.stepfree.load.chaos.evidence.Evidence.DeadRow;
import io.stepfree.load.chaos.evidence.Evidence.Position;
import io.stepfree.load.chaos.evidence.Evidence.ReplayRow;
import io.stepfree.load.chaos.evidence.Evidence.ReportRow;
import io.stepfree.load.chaos.evidence.Evidence.StatusRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the tables of the services, over one connection. */
public final class Tables {

    private final Connection connection;

    /** What makes a row into what is kept of it. */
    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    public Tables(Connection connection) {
        this.connection = connection;
    }

    public List<ReportRow> reports() throws SQLException {
        return all(
                """
                select scan_id, coalesce(document ->> 'scanId', ''),
                       announced_at is not null as announced, html_file, json_file
                  from reports.report
                """,
                row ->
                        new ReportRow(
                                row.getString(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getString(4),
                                row.getString(5)));
    }

    public List<StatusRow> statuses() throws SQLException {
        return all(
                "select scan_id, status, attempt, coalesce(replays, -1) from reports.scan_status",
                row ->
                        new StatusRow(
                                row.getString(1), row.getString(2), row.getInt(3), row.getInt(4)));
    }

    public List<BatchRow> batches() throws SQLException {
        return all(
                """
                select batch_id, accepted, waiting + running + retrying, completed, dead_lettered, cancelled
                  from reports.batch_status
                """,
                row ->
                        new BatchRow(
                                row.getString(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6)));
    }

    public List<DeadRow> deadLetters() throws SQLException {
        return all(
                """
                select scan_id, replays, topic, topic_partition, topic_offset, payload, replayed_at is not null
                  from dead_letters.dead_letter
                """,
                row ->
                        new DeadRow(
                                row.getString(1),
                                row.getInt(2),
                                new Position(row.getString(3), row.getInt(4), row.getLong(5)),
                                Digest.of(row.getBytes(6)),
                                row.getBoolean(7)));
    }

    public List<ReplayRow> replays() throws SQLException {
        return all(
                "select command_id, request_id, scan_id, coalesce(replays, -1), outcome from dead_letters.replay_order",
                row ->
                        new ReplayRow(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getInt(4),
                                row.getString(5)));
    }

    public long unreadable() throws SQLException {
        return all("select count(*) from dead_letters.unreadable", row -> row.getLong(1))
                .getFirst();
    }

    private <T> List<T> all(String query, Reading<T> reading) throws SQLException {
        var rows = new ArrayList<T>();
        try (var statement = connection.createStatement();
                var found = statement.executeQuery(query)) {
            while (found.next()) {
                rows.add(reading.of(found));
            }
        }
        return rows;
    }
}
