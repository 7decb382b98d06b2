package io.stepfree.processor.site;

import io.stepfree.platform.site.SiteScope;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.processor.egress.EgressProxy;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.processor.robots.Robots;
import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.processor.robots.SiteRules;
import io.stepfree.processor.scan.TargetGuard;
import io.stepfree.processor.site.Download.FailedException;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteFetch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches and reads what tells which pages a site has. Whatever is wrong with a document is a
 * failure that is told, never silence. Each goes through a way out of its own, which judges its
 * address as it judges a page's. Thread-safe; blocks for 25 s at most.
 */
public final class SiteReader {

    private static final Duration ROBOTS_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(18);

    /** What one record takes, well below the broker's usual 1 MB. */
    private static final int MOST_IN_A_PART = 1_000;

    private static final int MOST_TEXT_IN_A_PART = 400_000;

    /** As many as a sitemap may have (sitemaps.org). */
    private static final int MOST_ADDRESSES = 50_000;

    private final EgressProxy egress;
    private final Robots robots = new Robots(RobotsMode.OBEY);

    public SiteReader(EgressProxy egress) {
        this.egress = egress;
    }

    /** What the document tells, in one part or several. */
    public List<SiteDocument> read(SiteFetch fetch) throws InterruptedException {
        try (ScanEgress way = egress.open()) {
            return switch (fetch.getKind()) {
                case START -> List.of(start(fetch, way));
                case SITEMAPS -> List.of(sitemaps(fetch, way));
                case SITEMAP -> sitemap(fetch, way);
                case UNKNOWN ->
                        throw new FailedException(
                                FailureType.INVALID_JOB,
                                "this worker does not know how to read %s"
                                        .formatted(Download.shown(fetch.getUrl())));
            };
        } catch (FailedException e) {
            return List.of(failed(fetch, e.failure()));
        }
    }

    /** What is told of a document that cannot be read. */
    public static SiteDocument failed(SiteFetch fetch, Failure failure) {
        return document(fetch).setFailure(failure).build();
    }

    private SiteDocument start(SiteFetch fetch, ScanEgress way)
            throws FailedException, InterruptedException {
        requireOpen(way, fetch.getUrl());
        boolean forbidden =
                fetch.getObeyRobots()
                        && rules(way, fetch.getUrl())
                                .map(rules -> !rules.allow(fetch.getUrl()))
                                .orElse(false);
        List<String> start = List.of(fetch.getUrl());
        return document(fetch)
                .setLinks(forbidden ? List.of() : start)
                .setForbidden(forbidden ? start : List.of())
                .build();
    }

    private SiteDocument sitemaps(SiteFetch fetch, ScanEgress way)
            throws FailedException, InterruptedException {
        requireOpen(way, fetch.getUrl());
        SiteRules rules =
                rules(way, fetch.getUrl()).orElseThrow(() -> unreachable(way, fetch.getUrl()));
        List<String> named =
                rules.sitemaps().stream()
                        .filter(url -> url.length() <= TargetPolicy.LONGEST_URL)
                        .limit(MOST_IN_A_PART / 5)
                        .toList();
        return document(fetch)
                .setSitemaps(named.isEmpty() ? List.of(rules.site() + "/sitemap.xml") : named)
                .setLeftOut(rules.sitemaps().size() - named.size())
                .build();
    }

    private List<SiteDocument> sitemap(SiteFetch fetch, ScanEgress way)
            throws FailedException, InterruptedException {
        Sitemap map;
        try (var download = new Download(way, Sitemap.LONGEST_TRAVELLING, PATIENCE)) {
            map = Sitemap.read(download.get(fetch.getUrl()));
        }
        var parts = new Parts(fetch);
        SiteScope scope = SiteScope.of(fetch.getStart()).orElseThrow();
        Optional<SiteRules> rules =
                fetch.getObeyRobots() && !map.pages().isEmpty()
                        ? rules(way, fetch.getStart())
                        : Optional.empty();
        Set<String> known = new LinkedHashSet<>();
        for (String url : map.pages()) {
            Optional<String> address = scope.within(url);
            if (address.isEmpty()) {
                parts.otherSite++;
            } else if (url.length() > TargetPolicy.LONGEST_URL || known.size() >= MOST_ADDRESSES) {
                parts.leftOut++;
            } else if (known.add(address.get())) {
                boolean allowed = rules.map(all -> all.allow(address.get())).orElse(true);
                parts.add(allowed ? parts.links : parts.forbidden, address.get());
            }
        }
        for (String url : map.sitemaps()) {
            if (url.length() > TargetPolicy.LONGEST_URL) {
                parts.leftOut++;
            } else {
                parts.add(parts.sitemaps, url);
            }
        }
        return parts.all();
    }

    private Optional<SiteRules> rules(ScanEgress way, String url) throws InterruptedException {
        return robots.rules(way, url, ROBOTS_PATIENCE);
    }

    private static FailedException unreachable(ScanEgress way, String url) {
        return new FailedException(
                way.obstacle(url)
                        .map(obstacle -> TargetGuard.failure(url, obstacle))
                        .orElseGet(() ->
                                Failure.newBuilder()
                                        .setType(FailureType.NAVIGATION)
                                        .setMessage(
                                                "robots.txt of %s could not be loaded"
                                                        .formatted(Download.shown(url)))
                                        .build()));
    }

    private static void requireOpen(ScanEgress way, String url)
            throws FailedException, InterruptedException {
        var obstacle = way.check(url, ROBOTS_PATIENCE);
        if (obstacle.isPresent()) {
            throw new FailedException(TargetGuard.failure(url, obstacle.get()));
        }
    }

    private static SiteDocument.Builder document(SiteFetch fetch) {
        return SiteDocument.newBuilder()
                .setSiteId(fetch.getSiteId())
                .setRequestId(fetch.getRequestId())
                .setNumber(fetch.getNumber())
                .setLinks(List.of())
                .setForbidden(List.of())
                .setSitemaps(List.of());
    }

    /** Shares out what a sitemap names, so that each record stays small. */
    private static final class Parts {

        private final SiteFetch fetch;
        private final List<SiteDocument> full = new ArrayList<>();
        private final List<String> links = new ArrayList<>();
        private final List<String> forbidden = new ArrayList<>();
        private final List<String> sitemaps = new ArrayList<>();
        private int otherSite;
        private int leftOut;
        private int text;

        Parts(SiteFetch fetch) {
            this.fetch = fetch;
        }

        void add(List<String> where, String url) {
            if (links.size() + forbidden.size() + sitemaps.size() >= MOST_IN_A_PART
                    || text + url.length() > MOST_TEXT_IN_A_PART) {
                full.add(part(false));
            }
            where.add(url);
            text += url.length();
        }

        List<SiteDocument> all() {
            full.add(part(true));
            return full;
        }

        private SiteDocument part(boolean last) {
            SiteDocument part =
                    document(fetch)
                            .setPart(full.size())
                            .setLast(last)
                            .setLinks(List.copyOf(links))
                            .setForbidden(List.copyOf(forbidden))
                            .setSitemaps(List.copyOf(sitemaps))
                            .setOtherSite(otherSite)
                            .setLeftOut(leftOut)
                            .build();
            links.clear();
            forbidden.clear();
            sitemaps.clear();
            otherSite = 0;
            leftOut = 0;
            text = 0;
            return part;
        }
    }
}
