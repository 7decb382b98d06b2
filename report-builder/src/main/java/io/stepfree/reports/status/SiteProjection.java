package io.stepfree.reports.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.SiteProgress;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.json.JsonMapper;

/**
 * Projects what is told of sites into their table. Idempotent: an older word never overwrites a
 * newer one. What is erased stays so, and is cancelled when it was not heard of before. Throws only
 * while the database or the broker is down. Thread-safe.
 */
public final class SiteProjection implements RecordHandler<SiteProgress> {

    /* As in StatusStore, looked at by the statement that writes. */
    private static final String ERASED =
            """
            EXISTS (SELECT FROM reports.erasure
                     WHERE erasure.client = :client AND erasure.ordered_at >= :submittedAt)\
            """;

    /*
     * What is told later on a partition is newer, whatever the clocks say; the time is for a topic that was made anew,
     * whose offsets begin at 0.
     */
    private static final String UPSERT =
            """
            INSERT INTO reports.site_status (site_id, client, document, told_at, event_offset)
            SELECT :siteId, :client, CAST(:document AS jsonb), :toldAt, :offset
             WHERE NOT (%s)
            ON CONFLICT (site_id) DO UPDATE
               SET client = excluded.client, document = excluded.document, told_at = excluded.told_at,
                   event_offset = excluded.event_offset
             WHERE site_status.event_offset < excluded.event_offset
                OR site_status.told_at < excluded.told_at
            """
                    .formatted(ERASED);

    private static final String IS_ERASED = "SELECT " + ERASED;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private final Jdbi jdbi;
    private final BiConsumer<String, String> cancel;

    /**
     * @param jdbi the database, its schema migrated
     * @param cancel orders that a site end, by its id and that of its request
     */
    public SiteProjection(Jdbi jdbi, BiConsumer<String, String> cancel) {
        this.jdbi = jdbi;
        this.cancel = cancel;
    }

    @Override
    public void handle(SiteProgress told, ConsumerRecord<byte[], byte[]> record) {
        keep(told, told.getAt(), record.offset());
    }

    /**
     * @param offset where it was told; all words on a site are on one partition
     */
    void keep(SiteProgress told, Instant toldAt, long offset) {
        boolean news = write(told, toldAt, offset);
        if (!news && told.getStopped() == null && isErased(told)) {
            cancel.accept(told.getSiteId(), told.getRequestId());
        }
    }

    private boolean write(SiteProgress told, Instant toldAt, long offset) {
        return jdbi.withHandle(handle ->
                handle.createUpdate(UPSERT)
                                .bind("siteId", StorableText.of(told.getSiteId()))
                                .bind("client", StorableText.of(told.getClient()))
                                .bind("submittedAt", told.getSubmittedAt())
                                .bind("document", JSON.writeValueAsString(SiteStatus.of(told)))
                                .bind("toldAt", toldAt)
                                .bind("offset", offset)
                                .execute()
                        == 1);
    }

    private boolean isErased(SiteProgress told) {
        return jdbi.withHandle(handle ->
                handle.createQuery(IS_ERASED)
                        .bind("client", StorableText.of(told.getClient()))
                        .bind("submittedAt", told.getSubmittedAt())
                        .mapTo(Boolean.class)
                        .one());
    }
}
