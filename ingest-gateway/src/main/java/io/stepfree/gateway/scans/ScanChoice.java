package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.admission.ScanFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * A client's filter, and where a page begins, as conditions on {@code scan_status_view}. Only what
 * is restricted is mentioned, so that the database finds the index for it. Immutable.
 */
final class ScanChoice {

    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /**
     * @param after where the page before ended; null for the first one
     */
    ScanChoice(String client, ScanFilter filter, ScanCursors.@Nullable Place after) {
        add("client = :client", "client", client);
        conditions.add("NOT second_look");
        add("status = :status", "status", filter.status());
        add("host = :host", "host", filter.host());
        add("batch_id = :batch", "batch", BatchIds.ofClient(client, filter.batch()));
        add("score >= :scoreFrom", "scoreFrom", filter.scoreFrom());
        add("score <= :scoreTo", "scoreTo", filter.scoreTo());
        add("submitted_at >= :from", "from", filter.from());
        if (after == null) {
            add("submitted_at < :to", "to", filter.to());
        } else {
            // It is before the end of the span. Told that as well, the database could begin there
            // and pass over all the pages before.
            add(
                    "(submitted_at, scan_id) < (:afterSubmittedAt, :afterScanId)",
                    "afterSubmittedAt",
                    after.submittedAt());
            values.put("afterScanId", after.scanId());
        }
    }

    private void add(String condition, String name, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    /** Puts the conditions in the place of {@code <chosen>}, and the values in theirs. */
    <S extends SqlStatement<S>> S into(S statement) {
        return statement.define("chosen", String.join(" AND ", conditions)).bindMap(values);
    }
}
