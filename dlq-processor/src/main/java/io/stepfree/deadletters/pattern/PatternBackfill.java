package io.stepfree.deadletters.pattern;

import io.stepfree.platform.pattern.FailurePattern;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a pattern to the dead letters that were kept before there were patterns. It does a bounded
 * number at a time, each batch in a transaction of its own, so that it can be ended at any moment
 * and several instances may do it at once. Blocks on the database.
 */
public final class PatternBackfill {

    private static final Logger log = LoggerFactory.getLogger(PatternBackfill.class);

    private static final int BATCH = 500;

    private static final String WITHOUT =
            """
            select scan_id, replays, failure_type, http_status, message, host
            from dead_letters.dead_letter
            where pattern_id is null
            order by scan_id, replays
            limit :limit
            for update skip locked
            """;

    private static final String FILL =
            """
            update dead_letters.dead_letter set pattern = :pattern, pattern_id = :patternId
            where scan_id = :scanId and replays = :replays
            """;

    private record Row(
            String scanId,
            int replays,
            String failureType,
            @Nullable Integer httpStatus,
            String message,
            String host) {}

    private final Jdbi jdbi;

    public PatternBackfill(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Goes on until every dead letter has its pattern. */
    public void run() {
        int filled = 0;
        for (int batch = fill(); batch > 0; batch = fill()) {
            filled += batch;
        }
        if (filled > 0) {
            log.info("gave {} dead letters of an earlier version their patterns", filled);
        }
    }

    private int fill() {
        return jdbi.inTransaction(handle -> {
            List<Row> rows =
                    handle.createQuery(WITHOUT)
                            .bind("limit", BATCH)
                            .map((row, _) ->
                                    new Row(
                                            row.getString("scan_id"),
                                            row.getInt("replays"),
                                            row.getString("failure_type"),
                                            row.getObject("http_status", Integer.class),
                                            row.getString("message"),
                                            row.getString("host")))
                            .list();
            if (rows.isEmpty()) {
                return 0;
            }
            var updates = handle.prepareBatch(FILL);
            for (Row row : rows) {
                var pattern =
                        FailurePattern.of(
                                row.failureType(), row.httpStatus(), row.message(), row.host());
                updates.bind("pattern", pattern.text())
                        .bind("patternId", pattern.id())
                        .bind("scanId", row.scanId())
                        .bind("replays", row.replays())
                        .add();
            }
            updates.execute();
            return rows.size();
        });
    }
}
