package io.stepfree.reports.history;

import static io.stepfree.reports.columns.BoundColumns.numbers;
import static io.stepfree.reports.columns.BoundColumns.texts;
import static io.stepfree.reports.history.PageColumns.pages;

import io.stepfree.reports.columns.ArrayText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code finding}: what scans found, each with how it stands against the look before.
 * Works in the caller's transaction; stateless.
 */
final class Findings {

    /* Look by look: what is in which month is known, so that no other is opened. */
    private static final String FOUND =
            """
            SELECT found.*
              FROM unnest(CAST(:scanIds AS text[]), CAST(:moments AS timestamptz[])) AS look (scan_id, completed_at)
             CROSS JOIN LATERAL (
                   SELECT scan_id, place, fingerprint, rule, kind, impact
                     FROM reports.finding
                    WHERE finding.scan_id = look.scan_id AND finding.completed_at = look.completed_at
                      AND fingerprint IS NOT NULL
                    ORDER BY place DESC) AS found
            """;

    private static final String INSERT =
            """
            INSERT INTO reports.finding (scan_id, completed_at, submitted_at, client, host, url, page_key, template,
                   place, rule, criteria, impact, kind, fingerprint, target, html, state)
            SELECT scan_id, completed_at, submitted_at, client, host, url, page_key, template,
                   place, rule, CAST(criteria AS text[]), impact, kind, fingerprint, CAST(target AS text[]), html, state
              FROM unnest(CAST(:scanIds AS text[]), CAST(:moments AS timestamptz[]), CAST(:submitted AS timestamptz[]),
                          CAST(:clients AS text[]), CAST(:hosts AS text[]), CAST(:urls AS text[]),
                          CAST(:pageKeys AS text[]), CAST(:templates AS text[]))
                   WITH ORDINALITY
                AS scan (scan_id, completed_at, submitted_at, client, host, url, page_key, template, number)
              JOIN unnest(CAST(:numbers AS integer[]),
                          CAST(:places AS integer[]), CAST(:rules AS text[]), CAST(:criteria AS text[]),
                          CAST(:impacts AS text[]), CAST(:kinds AS text[]), CAST(:fingerprints AS text[]),
                          CAST(:targets AS text[]), CAST(:htmls AS text[]), CAST(:states AS text[]))
                AS found (number, place, rule, criteria, impact, kind, fingerprint, target, html, state)
             USING (number)
            """;

    private static final String UPDATE_STATES =
            """
            UPDATE reports.finding
               SET state = anew.state
              FROM unnest(CAST(:places AS integer[]), CAST(:states AS text[])) AS anew (place, state)
             WHERE finding.scan_id = :scanId AND finding.completed_at = :completedAt AND finding.place = anew.place
               AND finding.state IS DISTINCT FROM anew.state
            """;

    /** One element of a scan, as it is written. */
    private record Found(
            int number, PublishedScan.Occurrence occurrence, @Nullable FindingState state) {

        @Nullable String word() {
            return state == null ? null : state.word();
        }
    }

    private Findings() {}

    /**
     * Writes what these scans found, all in one statement.
     *
     * @param compared by scan; one that is not in it has findings without a state
     */
    static void insert(Handle handle, List<PublishedScan> scans, Map<String, Compared> compared) {
        var all = new ArrayList<Found>();
        for (int number = 1; number <= scans.size(); number++) {
            PublishedScan scan = scans.get(number - 1);
            Compared beside = compared.get(scan.scanId());
            Map<Integer, FindingState> states =
                    beside == null ? Map.of() : beside.changes().present();
            for (PublishedScan.Occurrence one : scan.occurrences()) {
                all.add(new Found(number, one, states.get(one.place())));
            }
        }
        if (all.isEmpty()) {
            return;
        }
        var insert = pages(handle.createUpdate(INSERT), scans);
        texts(insert, "submitted", scans, scan -> scan.submittedAt().toString());
        texts(insert, "hosts", scans, PublishedScan::host);
        texts(insert, "urls", scans, PublishedScan::url);
        texts(insert, "templates", scans, PublishedScan::template);
        numbers(insert, "numbers", all, Found::number);
        numbers(insert, "places", all, one -> one.occurrence().place());
        texts(insert, "rules", all, one -> one.occurrence().rule());
        texts(insert, "criteria", all, one -> ArrayText.of(one.occurrence().criteria()));
        texts(insert, "impacts", all, one -> one.occurrence().impact());
        texts(insert, "kinds", all, one -> one.occurrence().kind());
        texts(insert, "fingerprints", all, one -> one.occurrence().fingerprint());
        texts(insert, "targets", all, one -> ArrayText.of(one.occurrence().target()));
        texts(insert, "htmls", all, one -> one.occurrence().html());
        texts(insert, "states", all, Found::word);
        insert.execute();
    }

    /** Looks with what was found, by scan. */
    static Map<String, Look> looks(Handle handle, Collection<SeenPage> rows) {
        if (rows.isEmpty()) {
            return Map.of();
        }
        var query = handle.createQuery(FOUND);
        texts(query, "scanIds", rows, SeenPage::scanId);
        texts(query, "moments", rows, row -> row.completedAt().toString());
        var found = new HashMap<String, List<Look.Named>>();
        query.map((row, _) ->
                        found.computeIfAbsent(row.getString("scan_id"), _ -> new ArrayList<>())
                                .add(
                                        new Look.Named(
                                                row.getInt("place"),
                                                Objects.requireNonNull(
                                                        row.getString("fingerprint")),
                                                row.getString("rule"),
                                                row.getString("kind"),
                                                row.getString("impact"))))
                .list();
        return rows.stream()
                .collect(
                        Collectors.toMap(
                                SeenPage::scanId,
                                row -> row.look(found.getOrDefault(row.scanId(), List.of()))));
    }

    /** Changes how what a look found stands against the look before it. */
    static void updateStates(Handle handle, Compared compared) {
        var states = compared.changes().present().entrySet();
        var update =
                handle.createUpdate(UPDATE_STATES)
                        .bind("scanId", compared.look().scanId())
                        .bind("completedAt", compared.look().completedAt());
        numbers(update, "places", states, Map.Entry::getKey);
        texts(update, "states", states, one -> one.getValue().word());
        update.execute();
    }
}
