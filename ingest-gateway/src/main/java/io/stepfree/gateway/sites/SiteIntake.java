package io.stepfree.gateway.sites;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.gateway.admission.NewSite;
import io.stepfree.gateway.publish.GuardedPublisher;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.erasure.ClientMemory;
import io.stepfree.platform.erasure.ErasedClients;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteCommandKind;
import io.stepfree.schemas.scan.SiteRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what clients order of sites, and remembers those that were accepted here until they are
 * projected. Each order returns once the broker has it safely, and throws what {@link
 * GuardedPublisher#publish} throws. Thread-safe.
 */
final class SiteIntake implements ClientMemory {

    private static final Logger LOG = LoggerFactory.getLogger(SiteIntake.class);

    private final GuardedPublisher publisher;
    private final ScanIntake scans;
    private final Clock clock;
    private final Cache<String, SiteRequest> recent;
    private final ErasedClients erased = new ErasedClients();

    /**
     * @param keep how long a site is remembered
     * @param atMost how many are remembered at most
     */
    SiteIntake(
            GuardedPublisher publisher, ScanIntake scans, Clock clock, Duration keep, int atMost) {
        this.publisher = publisher;
        this.scans = scans;
        this.clock = clock;
        this.recent = Caffeine.newBuilder().expireAfterWrite(keep).maximumSize(atMost).build();
    }

    /** An id for a site to be. */
    String newId() {
        return scans.newId();
    }

    /**
     * @param pages how many pages are scanned at most
     */
    void submit(String client, NewSite site, int pages, String siteId, RequestId requestId) {
        SiteRequest request =
                SiteRequest.newBuilder()
                        .setSiteId(siteId)
                        .setStart(site.page().url())
                        .setSitemaps(site.sitemaps())
                        .setSitemap(site.sitemap())
                        .setDepth(site.depth())
                        .setPages(pages)
                        .setInclude(site.include())
                        .setExclude(site.exclude())
                        .setSaturation(site.saturation())
                        .setObeyRobots(site.obeyRobots())
                        .setPage(
                                scans.request(
                                        client,
                                        site.page().in(SiteStatus.batchOf(siteId)),
                                        siteId,
                                        requestId))
                        .build();
        publish(
                order(SiteCommandKind.SUBMIT, siteId, requestId).setRequest(request).build(),
                requestId);
        recent.put(siteId, request);
        LOG.info("Took the order to scan the site of {}", site.page().host());
    }

    void cancel(String siteId, RequestId requestId) {
        publish(order(SiteCommandKind.CANCEL, siteId, requestId).build(), requestId);
        LOG.info("Took the order to cancel the site {}", siteId);
    }

    /** One that was accepted here of late. */
    Optional<SiteRequest> recent(String client, String siteId) {
        return Optional.ofNullable(recent.getIfPresent(siteId))
                .filter(site -> site.getPage().getClient().equals(client) && !isErased(site));
    }

    @Override
    public void forget(Erasure erasure) {
        erased.hear(erasure);
        recent.asMap().values().removeIf(this::isErased);
    }

    private boolean isErased(SiteRequest site) {
        return erased.cover(site.getPage().getClient(), site.getPage().getSubmittedAt());
    }

    private SiteCommand.Builder order(SiteCommandKind kind, String siteId, RequestId requestId) {
        return SiteCommand.newBuilder()
                .setKind(kind)
                .setSiteId(siteId)
                .setRequestId(requestId.value())
                .setIssuedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private void publish(SiteCommand command, RequestId requestId) {
        publisher.publish(Topics.SITE_COMMANDS, command.getSiteId(), command, requestId);
    }
}
