package io.stepfree.reports.erasure;

import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.reports.status.LeftScans;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * A client's sites as they stand here. Those that look for more pages are cancelled, and so that
 * they submit no more of them this comes before the scans. Thread-safe.
 */
public final class ClientSites implements ErasableStore {

    private static final int AT_ONCE = 100;

    private static final String AWAIT_WRITERS =
            "LOCK TABLE reports.site_status IN SHARE ROW EXCLUSIVE MODE";

    private static final String THOSE =
            """
             FROM reports.site_status
            WHERE client = :client AND CAST(document ->> 'submittedAt' AS timestamptz) <= :moment\
            """;

    private static final String DELETE =
            """
            DELETE FROM reports.site_status
             WHERE site_id IN (SELECT site_id%s ORDER BY site_id LIMIT :limit FOR UPDATE)
            RETURNING site_id, document ->> 'requestId' AS request_id,
                      CAST(document ->> 'ended' AS boolean) AS ended
            """
                    .formatted(THOSE);

    private final LeftScans left;

    private record Site(String siteId, String requestId, boolean ended) {}

    public ClientSites(LeftScans left) {
        this.left = left;
    }

    @Override
    public void awaitWriters(Handle handle) {
        handle.execute(AWAIT_WRITERS);
    }

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        List<Site> sites =
                handle.createQuery(DELETE)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .bind("limit", AT_ONCE)
                        .map((row, _) ->
                                new Site(
                                        row.getString("site_id"),
                                        row.getString("request_id"),
                                        row.getBoolean("ended")))
                        .list();
        for (Site site : sites) {
            if (!site.ended()) {
                left.cancelSite(site.siteId(), site.requestId());
            }
        }
        return sites.isEmpty() ? Map.of() : Map.of("sites", (long) sites.size());
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return Map.of(
                "sites",
                handle.createQuery("SELECT count(*)" + THOSE)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .mapTo(Long.class)
                        .one());
    }
}
