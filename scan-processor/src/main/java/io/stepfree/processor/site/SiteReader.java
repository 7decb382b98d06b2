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
 * address as it judges a page's. Thread-safe; blocks for little more than 25 s at most, which is
 * less than a worker holds the record for ({@code ScanGroup}).
 */
public final class SiteReader {

    private static final Duration ROBOTS_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration WHOLE = Duration.ofSeconds(25);

    /** What one record takes, well below the broker's usual 1 MB. */
    private static final int MOST_IN_A_PART = 1_000;

    private static final int MOST_TEXT_IN_A_PART = 400_000;

    private final EgressProxy egress;
    private final Duration whole;
    private final Robots robots = new Robots(RobotsMode.OBEY);

    public SiteReader(EgressProxy egress) {
        this(egress, WHOLE);
    }

    /**
     * @param whole how long a document may take from its fetch to the last of its addresses
     */
    SiteReader(EgressProxy egress, Duration whole) {
        this.egress = egress;
        this.whole = whole;
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
                obeyed(way, fetch).map(rules -> !rules.allow(fetch.getUrl())).orElse(false);
        List<String> start = List.of(fetch.getUrl());
        return document(fetch)
                .setLinks(forbidden ? List.of() : start)
                .setForbidden(forbidden ? start : List.of())
                .build();
    }

    private SiteDocument sitemaps(SiteFetch fetch, ScanEgress way)
            throws FailedException, InterruptedException {
        requireOpen(way, fetch.getUrl());
        Optional<SiteRules> told =
                fetch.getObeyRobots() ? obeyed(way, fetch) : rules(way, fetch.getUrl());
        SiteRules rules = told.orElseThrow(() -> unreachable(way, fetch.getUrl()));
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
        long end = System.nanoTime() + whole.toNanos();
        Sitemap map;
        try (var download = new Download(way, Sitemap.LONGEST_TRAVELLING, PATIENCE)) {
            map = Sitemap.read(download.get(fetch.getUrl()));
        }
        var parts = new Parts(fetch);
        SiteScope scope = SiteScope.of(fetch.getStart()).orElseThrow();
        Optional<SiteRules> rules = map.pages().isEmpty() ? Optional.empty() : obeyed(way, fetch);
        Set<String> known = new LinkedHashSet<>();
        for (String url : map.pages()) {
            if (System.nanoTime() - end > 0) {
                // A robots.txt may have thousands of rules, each held against each address.
                throw new FailedException(
                        FailureType.TIMEOUT,
                        "%s and robots.txt took longer than %d s to read"
                                .formatted(Download.shown(fetch.getUrl()), whole.toSeconds()));
            }
            Optional<String> address = scope.within(url);
            if (address.isEmpty()) {
                parts.otherSite++;
            } else if (url.length() > TargetPolicy.LONGEST_URL) {
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

    /**
     * What the robots.txt of the site says, where it is obeyed.
     *
     * @throws FailedException when it cannot be read, so that nothing is said of any page
     */
    private Optional<SiteRules> obeyed(ScanEgress way, SiteFetch fetch)
            throws FailedException, InterruptedException {
        if (!fetch.getObeyRobots()) {
            return Optional.empty();
        }
        Optional<SiteRules> rules = rules(way, fetch.getStart());
        Optional<String> silence = rules.flatMap(SiteRules::silence);
        if (silence.isPresent()) {
            throw new FailedException(FailureType.BLOCKED_BY_SITE, silence.get());
        }
        return rules;
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
