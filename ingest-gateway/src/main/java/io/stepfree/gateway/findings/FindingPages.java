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
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the findings of a client page by page, the newest scan first and in each scan the gravest,
 * from the view that report-builder shows. A page goes on after the last finding that was looked
 * at, so that it stays right while new ones come, and costs the same at any depth: it looks at no
 * more than {@value #MOST_LOOKED_AT} findings, and takes no more than {@value #MOST_STEPS} steps to
 * compare them with decisions. Where few of those match it is short, or even empty, and there is a
 * next one. Read-only, thread-safe; throws JdbiException when the database does not answer.
 */
final class FindingPages {

    /** How many findings are looked at for one page. */
    static final int MOST_LOOKED_AT = 20_000;

    /** How many steps are taken for one page to know what was decided of its findings. */
    static final long MOST_STEPS = 100_000_000;

    /* So many are in memory, and read without another being compared meanwhile. */
    private static final int AT_ONCE = 1_000;

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
    private final long mostSteps;

    /** Some findings, and the word that the next page is asked for with; absent on the last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<ShownFinding> items, @Nullable String next) {}

    /** What is on a page, and where it ends; null when nothing is left to look at. */
    private record Found(List<ShownFinding> items, FindingCursors.@Nullable Place end) {}

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

        Row told(Decisions decided, Effort effort) {
            return new Row(place, decided.told(finding, effort), matched, lookedAt);
        }
    }

    /**
     * @param most how many findings are looked at for one page
     * @param mostSteps after how many steps of comparing with decisions a page ends
     */
    FindingPages(
            Jdbi jdbi, FindingCursors cursors, DecisionBook decisions, int most, long mostSteps) {
        this.clients = new ClientDatabase(jdbi);
        this.cursors = cursors;
        this.decisions = decisions;
        this.most = most;
        this.mostSteps = mostSteps;
    }

    /**
     * A page of a client's findings.
     *
     * @param cursor the word with the page before; null for the first one
     * @throws ProblemException when it is none of this client and filter
     */
    Page page(String client, FindingFilter filter, @Nullable String cursor, int limit) {
        FindingCursors.Place after = cursor == null ? null : cursors.read(client, filter, cursor);
        Decisions decided = decisions.counting(client);
        boolean byDecision = filter.decision() != null || filter.assignee() != null;
        Found found =
                byDecision
                        ? chosen(client, filter, after, decided, limit)
                        : found(client, filter, after, decided, limit);
        return new Page(
                found.items(),
                found.end() == null ? null : cursors.word(client, filter, found.end()));
    }

    private Found found(
            String client,
            FindingFilter filter,
            FindingCursors.@Nullable Place after,
            Decisions decided,
            int limit) {
        List<Row> rows = read(client, filter, after, most, limit + 1);
        var effort = new Effort();
        List<ShownFinding> items =
                rows.stream()
                        .filter(Row::matched)
                        .limit(limit)
                        .map(row -> row.told(decided, effort).finding())
                        .toList();
        return new Found(items, end(rows, limit).orElse(null));
    }

    /*
     * What was decided is known here and not in the database, so rows are read on until enough of them pass. They are
     * compared while no connection is held: many findings and many decisions take a while.
     */
    private Found chosen(
            String client,
            FindingFilter filter,
            FindingCursors.@Nullable Place after,
            Decisions decided,
            int limit) {
        var items = new ArrayList<ShownFinding>();
        var effort = new Effort();
        FindingCursors.Place last = after;
        FindingCursors.Place full = after;
        for (int looked = 0; looked < most; looked += AT_ONCE) {
            int some = Math.min(AT_ONCE, most - looked);
            List<Row> rows = read(client, filter, last, some, some);
            for (Row row : rows) {
                // The first is always compared, or the next page would be this one again.
                if (effort.steps() >= mostSteps) {
                    return new Found(items, last);
                }
                Row told = row.told(decided, effort);
                if (told.matched() && isChosen(told.finding(), filter)) {
                    if (items.size() == limit) {
                        return new Found(items, full);
                    }
                    items.add(told.finding());
                    full = row.place();
                }
                last = row.place();
            }
            if (rows.isEmpty() || rows.getLast().lookedAt() < some) {
                return new Found(items, null);
            }
        }
        return new Found(items, last);
    }

    private List<Row> read(
            String client,
            FindingFilter filter,
            FindingCursors.@Nullable Place after,
            int lookedAt,
            int limit) {
        var choice = new FindingChoice(client, filter, after);
        return clients.read(
                client,
                handle ->
                        choice.query(handle, PAGE, PAGE_THAT_LOOKS, lookedAt)
                                .bind("limit", limit)
                                .map((row, _) -> Row.of(row))
                                .list());
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
