package io.stepfree.gateway.findings;

import io.stepfree.gateway.admission.FindingFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * A client's filter, and where a page begins, as conditions on {@code finding_view}. Those that an
 * index begins with find the rows. The others are looked at in each row that was found, so that
 * there is a bound to how many rows a page looks at. Only what is restricted is mentioned.
 * Immutable.
 */
final class FindingChoice {

    private final List<String> finding = new ArrayList<>();
    private final List<String> lookedAt = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Whether what was decided of it is looked at in each row, which is up to the caller. */
    private final boolean byDecision;

    /**
     * @param after where the page before ended; null for the first one
     */
    FindingChoice(String client, FindingFilter filter, FindingCursors.@Nullable Place after) {
        byDecision = filter.decision() != null || filter.assignee() != null;
        add(finding, "client = :client", "client", client);
        add(finding, "scan_id = :scan", "scan", filter.scan());
        add(finding, "rule = :rule", "rule", filter.rule());
        add(finding, "host = :host", "host", filter.host());
        add(finding, "fingerprint = :fingerprint", "fingerprint", filter.fingerprint());
        add(finding, "template = :template", "template", filter.template());
        add(finding, "completed_at >= :from", "from", filter.from());
        if (after == null) {
            add(finding, "completed_at < :to", "to", filter.to());
        } else {
            // It is before the end of the span, as in ScanChoice. The first condition says nothing
            // new, and leaves out the months after it.
            add(
                    finding,
                    "completed_at <= :afterCompletedAt",
                    "afterCompletedAt",
                    after.completedAt());
            add(
                    finding,
                    "(completed_at, scan_id, place) < (:afterCompletedAt, :afterScan, :afterPlace)",
                    "afterScan",
                    after.scanId());
            values.put("afterPlace", after.place());
        }
        add(lookedAt, ":criterion = ANY(criteria)", "criterion", filter.criterion());
        add(lookedAt, "impact = :impact", "impact", filter.impact());
        add(lookedAt, "kind = :kind", "kind", filter.kind());
        add(lookedAt, "state = :state", "state", filter.state());
        add(
                lookedAt,
                "strpos(lower(concat_ws(' ', rule, array_to_string(target, ' '), html)), lower(:text)) > 0",
                "text",
                filter.text());
    }

    private void add(
            List<String> conditions, String condition, String name, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    /**
     * The query for a page, with the conditions in the places of {@code <found>} and {@code
     * <matches>}.
     *
     * @param page the query where nothing has to be looked at in the rows that are found
     * @param looking the query for all others
     * @param most how many rows are looked at
     */
    Query query(Handle handle, String page, String looking, int most) {
        String found = String.join(" AND ", finding);
        if (lookedAt.isEmpty() && !byDecision) {
            return handle.createQuery(page).define("found", found).bindMap(values);
        }
        return handle.createQuery(looking)
                .define("found", found)
                .define("matches", lookedAt.isEmpty() ? "true" : String.join(" AND ", lookedAt))
                .bindMap(values)
                .bind("most", most);
    }
}
