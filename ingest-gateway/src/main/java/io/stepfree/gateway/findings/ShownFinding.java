package io.stepfree.gateway.findings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element that a rule speaks of, as clients see it; the components are the JSON fields.
 *
 * @param scan the scan that found it
 * @param completedAt when its page had been seen
 * @param host the host of the page
 * @param url the page as it was submitted
 * @param rule the engine's id of the rule
 * @param criteria the WCAG success criteria that the rule belongs to, as 1.4.3
 * @param impact minor, moderate, serious, critical or unknown
 * @param kind violation, or needs_review where a person has to look
 * @param fingerprint its name over time; absent where the worker gave none
 * @param target a CSS selector for each frame or shadow root from the page down; the last is the
 *     element's own
 * @param html the element's own markup, perhaps cut
 * @param template names how its page is built; absent where that was not told
 * @param state how it stands against the scan of the page before; absent when it was compared with
 *     none
 * @param decision what the client has decided of it, as long as that counts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ShownFinding(
        String scan,
        Instant completedAt,
        String host,
        String url,
        String rule,
        List<String> criteria,
        String impact,
        String kind,
        @Nullable String fingerprint,
        List<String> target,
        String html,
        @Nullable String template,
        @Nullable String state,
        @Nullable Decided decision) {

    /**
     * That it is accepted, ignored or assigned.
     *
     * @param id of the decision
     * @param decision accepted, ignored or assigned
     * @param assignee whose it is to mend; absent where it is not assigned
     * @param until when that ends; absent when it does not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Decided(
            String id,
            String decision,
            @Nullable String assignee,
            String reason,
            @Nullable Instant until) {}

    /** The same, with what was decided of it. */
    ShownFinding with(Decision decided) {
        return new ShownFinding(
                scan,
                completedAt,
                host,
                url,
                rule,
                criteria,
                impact,
                kind,
                fingerprint,
                target,
                html,
                template,
                state,
                new Decided(
                        decided.id(),
                        decided.decision(),
                        decided.assignee(),
                        decided.reason(),
                        decided.until()));
    }

    /** The columns that {@link #of} reads. */
    static final String COLUMNS =
            "scan_id, completed_at, host, url, rule, criteria, impact, kind, fingerprint, target, html, template, state";

    static ShownFinding of(ResultSet row) throws SQLException {
        return new ShownFinding(
                row.getString("scan_id"),
                row.getObject("completed_at", OffsetDateTime.class).toInstant(),
                row.getString("host"),
                row.getString("url"),
                row.getString("rule"),
                List.of((String[]) row.getArray("criteria").getArray()),
                row.getString("impact"),
                row.getString("kind"),
                row.getString("fingerprint"),
                List.of((String[]) row.getArray("target").getArray()),
                row.getString("html"),
                row.getString("template"),
                row.getString("state"),
                null);
    }
}
