package io.stepfree.gateway.sites;

import io.stepfree.gateway.access.ClientDatabase;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads how far sites are from the view that report-builder shows. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
final class SiteProjection {

    private static final String FIND =
            """
            SELECT document, told_at
              FROM reports.site_view
             WHERE site_id = :siteId AND client = :client
            """;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ClientDatabase clients;

    SiteProjection(Jdbi jdbi) {
        this.clients = new ClientDatabase(jdbi);
    }

    Optional<SiteStatus> find(String client, String siteId) {
        return clients.read(
                client,
                handle ->
                        handle.createQuery(FIND)
                                .bind("siteId", siteId)
                                .bind("client", client)
                                .map((row, _) ->
                                        SiteStatus.of(
                                                siteId,
                                                JSON.readValue(
                                                        row.getString("document"),
                                                        SiteStatus.Projected.class),
                                                row.getObject("told_at", OffsetDateTime.class)
                                                        .toInstant()))
                                .findOne());
    }
}
