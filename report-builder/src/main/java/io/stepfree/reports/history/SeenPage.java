package io.stepfree.reports.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A look at a page as its row tells of it: without what was found. */
record SeenPage(
        String scanId,
        Instant completedAt,
        String engine,
        String finalPage,
        boolean whole,
        Set<String> cutRules) {

    static SeenPage of(ResultSet row) throws SQLException {
        return new SeenPage(
                row.getString("scan_id"),
                row.getTimestamp("completed_at").toInstant(),
                row.getString("engine"),
                row.getString("final_page"),
                row.getBoolean("whole"),
                Set.of((String[]) row.getArray("cut_rules").getArray()));
    }

    Look look(List<Look.Named> findings) {
        return new Look(scanId, completedAt, engine, finalPage, whole, cutRules, findings);
    }
}
