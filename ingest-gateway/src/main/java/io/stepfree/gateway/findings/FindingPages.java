package io.stepfree.gateway.findings;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.FindingFilter;
import io.stepfree.platform.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the findings of a client page by page, the newest scan first and in each scan the gravest,
 * from the view that report-builder shows. A page goes on after the last finding that was looked
 * at, so that it stays right while new ones come, and costs the same at any depth: it looks at no
 * more than {@value #MOST_LOOKED_AT} findings, and where few of those match it is short, or even
 * empty, and there is a next one. Read-only, thread-safe; throws JdbiException when the database
 * does not answer.
 */
final class FindingPages {

    /** How many findings are looked at for one page. */
    static final int MOST_LOOKED_AT = 20_000;

    private static final int AT_ONCE = 500;

    /* In the order of report-builder's indexes, each of which begins with the client. */
    private static final String PAGE =
            """
            SELECT %s, place, true AS matched, 0 AS looked_at
              FROM reports.finding_view
             WHERE <found>
             ORDER BY completed_at DESC, scan_id DESC, place DESC
             LIMIT :limit
            """
                    .formatted(ShownFinding.COLUMNS);

    /* The last row that was looked at comes as well, for the place where the next page begins. */
    private static final String PAGE_THAT_LOOKS =
            """
            SELECT *
              FROM (SELECT %1$s, place, <matches> AS matched, row_number() OVER () AS looked_at
                      FROM (SELECT %1$s, place
                              FROM reports.finding_view
                             WHERE <found>
                             ORDER BY completed_at DESC, scan_id DESC, place DESC
                             LIMIT :most) AS found) AS looked
             WHERE matched OR looked_at = :most
             ORDER BY completed_at DESC, scan_id DESC, place DESC
             LIMIT :limit
            """
                    .formatted(ShownFinding.COLUMNS);

    private final ClientDatabase clients;
    private final FindingCursors cursors;
    private final DecisionBook decisions;
    private final int most;

    /** Some findings, and the word that the next page is asked for with; absent on the last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<ShownFinding> items, @Nullable String next) {}

    private record Row(
            FindingCursors.Place place, ShownFinding finding, boolean matched, int lookedAt) {

        static Row of(ResultSet row) throws SQLException {
            ShownFinding finding = ShownFinding.of(row);
            return new Row(
                    new FindingCursors.Place(
                            finding.completedAt(), finding.scan(), row.getInt("place")),
                    finding,
                    row.getBoolean("matched"),
                    row.getInt("looked_at"));
        }

        Row told(Decisions decided) {
            return new Row(place, decided.told(finding), matched, lookedAt);
        }

        Row passedOver() {
            return new Row(place, finding, false, lookedAt);
        }
    }

    FindingPages(Jdbi jdbi, FindingCursors cursors, DecisionBook decisions, int most) {
        this.clients = new ClientDatabase(jdbi);
        this.cursors = cursors;
        this.decisions = decisions;
        this.most = most;
    }

    /**
     * A page of a client's findings.
     *
     * @param cursor the word with the page before; null for the first one
     * @throws ProblemException when it is none of this client and filter
     */
    Page page(String client, FindingFilter filter, @Nullable String cursor, int limit) {
        var choice =
                new FindingChoice(
                        client,
                        filter,
                        cursor == null ? null : cursors.read(client, filter, cursor));
        Decisions decided = decisions.counting(client);
        List<Row> rows =
                clients.read(client, handle -> rows(handle, choice, filter, decided, limit));
        List<ShownFinding> items =
                rows.stream().filter(Row::matched).limit(limit).map(Row::finding).toList();
        return new Page(
                items,
                end(rows, limit).map(place -> cursors.word(client, filter, place)).orElse(null));
    }

    /*
     * What was decided is known here and not in the database, so where a filter asks for it rows are read on until enough
     * of them pass. The last one is kept for the place where the next page begins, although it does not match.
     */
    private List<Row> rows(
            Handle handle,
            FindingChoice choice,
            FindingFilter filter,
            Decisions decided,
            int limit) {
        boolean byDecision = filter.decision() != null || filter.assignee() != null;
        var rows = new ArrayList<Row>();
        Row passedOver = null;
        try (var found =
                choice.query(handle, PAGE, PAGE_THAT_LOOKS, most)
                        .bind("limit", byDecision ? most : limit + 1)
                        .setFetchSize(AT_ONCE)
                        .map((row, _) -> Row.of(row))
                        .iterator()) {
            while (found.hasNext() && rows.size() <= limit) {
                Row row = found.next().told(decided);
                boolean chosen = !byDecision || (row.matched() && isChosen(row.finding(), filter));
                passedOver = chosen ? null : row.passedOver();
                if (chosen) {
                    rows.add(row);
                }
            }
        }
        if (passedOver != null) {
            rows.add(passedOver);
        }
        return rows;
    }

    private static boolean isChosen(ShownFinding finding, FindingFilter filter) {
        ShownFinding.Decided decided = finding.decision();
        String state = decided == null ? "open" : decided.decision();
        return (filter.decision() == null || filter.decision().equals(state))
                && (filter.assignee() == null
                        || (decided != null && filter.assignee().equals(decided.assignee())));
    }

    /** Where the next page goes on; empty when nothing is left to look at. */
    private Optional<FindingCursors.Place> end(List<Row> rows, int limit) {
        if (rows.size() > limit) {
            return Optional.of(rows.get(limit - 1).place());
        }
        return rows.isEmpty() || rows.getLast().lookedAt() < most
                ? Optional.empty()
                : Optional.of(rows.getLast().place());
    }
}
