package io.stepfree.gateway.sites;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.schemas.scan.SiteRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a site is, as clients see it; the components are the JSON fields.
 *
 * @param id the site
 * @param status exploring while pages are looked for, finishing while scans are open after that,
 *     and ended
 * @param stopped why no more pages are looked for: complete, page_limit, saturation, cancelled or
 *     failed; absent while they are
 * @param url where it begins
 * @param from crawl or sitemap
 * @param batch of its scans
 * @param requestId the id of the HTTP request that submitted it
 * @param submittedAt when it was accepted
 * @param updatedAt when this was told
 * @param skipped how many addresses were left out, by reason
 * @param otherSite how often something led to another site
 * @param sitemaps how many sitemaps were read
 * @param failure why nothing could be scanned
 * @param problems what to know before believing the numbers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SiteStatus(
        String id,
        String status,
        @Nullable String stopped,
        String url,
        String from,
        String batch,
        String requestId,
        Instant submittedAt,
        Instant updatedAt,
        Pages pages,
        Skipped skipped,
        long otherSite,
        int sitemaps,
        Coverage coverage,
        @Nullable Failure failure,
        List<String> problems,
        Links links) {

    /** found = submitted + waiting + what was skipped for any reason. */
    record Pages(
            int limit,
            long found,
            long waiting,
            long submitted,
            long completed,
            long deadLettered,
            long cancelled) {}

    record Skipped(
            long robots,
            long depth,
            long pattern,
            long duplicate,
            long canonical,
            long limit,
            long stopped) {}

    /** How much of the site's variety was seen. */
    record Coverage(int templates, int rules, int pagesSinceNew) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failure(String type, String message, @Nullable Integer httpStatus) {}

    /** Where more can be read. */
    record Links(String self, String batch, String scans) {
        static Links of(String siteId) {
            return new Links(
                    "/api/sites/" + siteId,
                    "/api/batches/" + batchOf(siteId),
                    "/api/scans?batch=" + batchOf(siteId));
        }
    }

    /** The document as report-builder keeps it. */
    record Projected(
            String url,
            String from,
            String requestId,
            Instant submittedAt,
            boolean ended,
            @Nullable String stopped,
            Pages pages,
            Skipped skipped,
            long otherSite,
            int sitemaps,
            Coverage coverage,
            @Nullable Failure failure,
            List<String> problems) {}

    /** The batch of a site's scans, as its client names it. */
    static String batchOf(String siteId) {
        return "site-" + siteId;
    }

    boolean hasEnded() {
        return status.equals("ended");
    }

    static SiteStatus of(String siteId, Projected told, Instant toldAt) {
        return new SiteStatus(
                siteId,
                told.ended() ? "ended" : told.stopped() == null ? "exploring" : "finishing",
                told.stopped(),
                told.url(),
                told.from(),
                batchOf(siteId),
                told.requestId(),
                told.submittedAt(),
                toldAt,
                told.pages(),
                told.skipped(),
                told.otherSite(),
                told.sitemaps(),
                told.coverage(),
                told.failure(),
                told.problems(),
                Links.of(siteId));
    }

    /** What is known of a site that was accepted but is not projected yet. */
    static SiteStatus justAccepted(SiteRequest site) {
        return of(
                site.getSiteId(),
                new Projected(
                        site.getStart(),
                        site.getSitemaps() ? "sitemap" : "crawl",
                        site.getPage().getRequestId(),
                        site.getPage().getSubmittedAt(),
                        false,
                        null,
                        new Pages(site.getPages(), 0, 0, 0, 0, 0, 0),
                        new Skipped(0, 0, 0, 0, 0, 0, 0),
                        0,
                        0,
                        new Coverage(0, 0, 0),
                        null,
                        List.of()),
                site.getPage().getSubmittedAt());
    }
}
