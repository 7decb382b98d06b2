package io.stepfree.reports.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.reports.document.StorableText;
import io.stepfree.schemas.scan.SiteProgress;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.json.JsonMapper;

/**
 * Projects what is told of sites into their table. Idempotent: an older word never overwrites a
 * newer one. Throws only while the database is down. Thread-safe.
 */
public final class SiteProjection implements RecordHandler<SiteProgress> {

    /*
     * What is told later on a partition is newer, whatever the clocks say; the time is for a topic that was made anew,
     * whose offsets begin at 0.
     */
    private static final String UPSERT =
            """
            INSERT INTO reports.site_status (site_id, client, document, told_at, event_offset)
            VALUES (:siteId, :client, CAST(:document AS jsonb), :toldAt, :offset)
            ON CONFLICT (site_id) DO UPDATE
               SET client = excluded.client, document = excluded.document, told_at = excluded.told_at,
                   event_offset = excluded.event_offset
             WHERE site_status.event_offset < excluded.event_offset
                OR site_status.told_at < excluded.told_at
            """;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private final Jdbi jdbi;

    /**
     * @param jdbi the database, its schema migrated
     */
    public SiteProjection(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void handle(SiteProgress told, ConsumerRecord<byte[], byte[]> record) {
        keep(told, told.getAt(), record.offset());
    }

    /**
     * @param offset where it was told; all words on a site are on one partition
     */
    void keep(SiteProgress told, Instant toldAt, long offset) {
        jdbi.useHandle(handle ->
                handle.createUpdate(UPSERT)
                        .bind("siteId", StorableText.of(told.getSiteId()))
                        .bind("client", StorableText.of(told.getClient()))
                        .bind("document", JSON.writeValueAsString(SiteStatus.of(told)))
                        .bind("toldAt", toldAt)
                        .bind("offset", offset)
                        .execute());
    }
}
