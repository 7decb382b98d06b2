package io.stepfree.reports.status;

import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.SiteProgress;
import io.stepfree.schemas.scan.SiteSkips;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a site is, as the gateway shows it; the components are the fields of the stored document.
 *
 * @param stopped why no more pages are looked for, as page_limit; null while they are
 * @param otherSite how often something led to another site
 * @param sitemaps how many sitemaps were read
 */
record SiteStatus(
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
        @Nullable SiteFailure failure,
        List<String> problems) {

    /** found = submitted + waiting + what was skipped for any reason. */
    record Pages(
            int limit,
            long found,
            long waiting,
            long submitted,
            long completed,
            long deadLettered,
            long cancelled) {}

    /** How many addresses were left out, by reason. */
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

    /** Why nothing could be scanned. */
    record SiteFailure(String type, String message, @Nullable Integer httpStatus) {}

    static SiteStatus of(SiteProgress told) {
        SiteSkips skips = told.getSkipped();
        return new SiteStatus(
                StorableText.of(told.getStart()),
                told.getSitemaps() ? "sitemap" : "crawl",
                StorableText.of(told.getRequestId()),
                told.getSubmittedAt(),
                told.getEnded(),
                told.getStopped() == null
                        ? null
                        : told.getStopped().name().toLowerCase(Locale.ROOT),
                new Pages(
                        told.getPages(),
                        told.getFound(),
                        told.getWaiting(),
                        told.getSubmitted(),
                        told.getCompleted(),
                        told.getDeadLettered(),
                        told.getCancelled()),
                new Skipped(
                        skips.getRobots(),
                        skips.getDepth(),
                        skips.getPattern(),
                        skips.getDuplicate(),
                        skips.getCanonical(),
                        skips.getLimit(),
                        skips.getStopped()),
                told.getOtherSite(),
                told.getSitemapsRead(),
                new Coverage(told.getTemplates(), told.getRules(), told.getSinceNew()),
                failure(told.getFailure()),
                told.getProblems().stream().map(StorableText::of).toList());
    }

    private static @Nullable SiteFailure failure(@Nullable Failure failure) {
        return failure == null
                ? null
                : new SiteFailure(
                        failure.getType().name().toLowerCase(Locale.ROOT),
                        StorableText.of(failure.getMessage()),
                        failure.getHttpStatus());
    }
}
