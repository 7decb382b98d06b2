package io.stepfree.scheduler.site;

import io.stepfree.platform.site.SiteScope;
import io.stepfree.platform.site.WantedPaths;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.SiteAddress;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteDocumentKind;
import io.stepfree.schemas.scan.SiteOpenPage;
import io.stepfree.schemas.scan.SitePage;
import io.stepfree.schemas.scan.SitePlace;
import io.stepfree.schemas.scan.SiteProgress;
import io.stepfree.schemas.scan.SiteRequest;
import io.stepfree.schemas.scan.SiteRow;
import io.stepfree.schemas.scan.SiteSkips;
import io.stepfree.schemas.scan.SiteStop;
import io.stepfree.schemas.scan.SiteView;
import io.stepfree.schemas.scan.SiteWait;
import io.stepfree.schemas.scan.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One site while something happens to it: takes in what documents and pages tell, and says what is
 * to be fetched and scanned next. All of it is in the row that it is made from and makes, and in
 * the frontier. For one record and one thread.
 */
final class Exploration {

    private final SiteRequest request;
    private final SiteLimits limits;
    private final Frontier frontier;
    private final SiteScope scope;
    private final WantedPaths wanted;
    private final SiteProgress.Builder progress;
    private final SiteSkips.Builder skipped;
    private final List<SiteWait> waits;
    private final List<SiteWait> unordered = new ArrayList<>();
    private final List<String> sitemaps;
    private final Set<String> knownSitemaps;
    private int textOfSitemaps;
    private final List<SiteOpenPage> open;
    private final Set<String> templates;
    private final Set<String> rules;
    private final List<String> problems;
    private int fetches;
    private long head;
    private long tail;
    private int cancelledInTurn;

    /** Where what is to be done next is told. */
    interface Orders {

        void fetch(SiteWait wait, SiteRequest request);

        void scan(SiteOpenPage page, SiteRequest request);
    }

    private Exploration(SiteRow row, SiteLimits limits, Frontier frontier) {
        this.request = row.getRequest();
        this.limits = limits;
        this.frontier = frontier;
        this.scope = SiteScope.of(request.getStart()).orElseThrow();
        this.wanted = WantedPaths.of(request.getInclude(), request.getExclude());
        this.progress = SiteProgress.newBuilder(row.getProgress());
        this.skipped = SiteSkips.newBuilder(row.getProgress().getSkipped());
        this.waits = new ArrayList<>(row.getWaits());
        this.sitemaps = new ArrayList<>(row.getSitemaps());
        this.knownSitemaps = new LinkedHashSet<>(row.getKnownSitemaps());
        this.textOfSitemaps = sitemaps.stream().mapToInt(String::length).sum();
        this.open = new ArrayList<>(row.getOpen());
        this.templates = new LinkedHashSet<>(row.getTemplates());
        this.rules = new LinkedHashSet<>(row.getRules());
        this.problems = new ArrayList<>(row.getProgress().getProblems());
        this.fetches = row.getFetches();
        this.head = row.getHead();
        this.tail = row.getTail();
        this.cancelledInTurn = row.getCancelledInTurn();
    }

    static Exploration of(SiteRow row, SiteLimits limits, Frontier frontier) {
        return new Exploration(row, limits, frontier);
    }

    /** A site of which nothing is known yet. */
    static Exploration begun(
            SiteRequest request, SiteLimits limits, Frontier frontier, Instant now) {
        var exploration = of(emptyRow(request, now), limits, frontier);
        exploration.begin(now);
        return exploration;
    }

    private static SiteRow emptyRow(SiteRequest request, Instant now) {
        ScanRequest page = request.getPage();
        return SiteRow.newBuilder()
                .setRequest(request)
                .setProgress(
                        SiteProgress.newBuilder()
                                .setSiteId(request.getSiteId())
                                .setClient(page.getClient())
                                .setBatchId(page.getBatchId())
                                .setRequestId(page.getRequestId())
                                .setStart(request.getStart())
                                .setSitemaps(request.getSitemaps())
                                .setPages(request.getPages())
                                .setSubmittedAt(page.getSubmittedAt())
                                .setAt(now)
                                .setSkipped(SiteSkips.newBuilder().build())
                                .setProblems(List.of())
                                .build())
                .setWaits(List.of())
                .setSitemaps(List.of())
                .setKnownSitemaps(List.of())
                .setOpen(List.of())
                .setTemplates(List.of())
                .setRules(List.of())
                .setChangedAt(now)
                .build();
    }

    private void begin(Instant now) {
        if (!request.getSitemaps()) {
            await(SiteDocumentKind.START, request.getStart(), now);
        } else if (request.getSitemap() == null) {
            await(SiteDocumentKind.SITEMAPS, request.getStart(), now);
        } else {
            meetSitemap(request.getSitemap());
        }
    }

    /** Takes in what a document tells, unless it was told before. */
    void take(SiteDocument document) {
        Optional<SiteWait> found =
                waits.stream().filter(wait -> wait.getNumber() == document.getNumber()).findFirst();
        if (found.isEmpty() || found.get().getNextPart() != document.getPart() || hasStopped()) {
            return;
        }
        SiteWait wait = found.get();
        boolean isStart = wait.getKind() == SiteDocumentKind.START;
        document.getLinks().forEach(url -> meet(url, 0, false, isStart));
        document.getForbidden().forEach(url -> meet(url, 0, true, isStart));
        document.getSitemaps().forEach(this::meetSitemap);
        progress.setOtherSite(progress.getOtherSite() + document.getOtherSite());
        Failure failure = document.getFailure();
        if (failure != null) {
            String reason = shortened(failure.getMessage(), SiteLimits.LONGEST_PROBLEM);
            progress.setFailure(Failure.newBuilder(failure).setMessage(reason).build());
            problem(reason);
        }
        if (document.getLeftOut() > 0) {
            problem(
                    "%s names %,d addresses that cannot be read, or are too many; they are left out"
                            .formatted(shown(wait.getUrl()), document.getLeftOut()));
        }
        waits.remove(wait);
        if (!document.getLast()) {
            waits.add(SiteWait.newBuilder(wait).setNextPart(document.getPart() + 1).build());
        } else if (wait.getKind() == SiteDocumentKind.SITEMAP && failure == null) {
            progress.setSitemapsRead(progress.getSitemapsRead() + 1);
        }
    }

    /**
     * Takes in how the scan of a page ended; one that is not open, such as a replay, is ignored.
     */
    void take(SitePage page) {
        Optional<SiteOpenPage> found =
                open.stream().filter(one -> one.getScanId().equals(page.getScanId())).findFirst();
        if (found.isEmpty()) {
            return;
        }
        open.remove(found.get());
        cancelledInTurn = page.getEnded() == Standing.CANCELLED ? cancelledInTurn + 1 : 0;
        switch (page.getEnded()) {
            case COMPLETED -> {
                progress.setCompleted(progress.getCompleted() + 1);
                learn(page);
            }
            case DEAD_LETTERED -> progress.setDeadLettered(progress.getDeadLettered() + 1);
            case CANCELLED -> progress.setCancelled(progress.getCancelled() + 1);
            case UNKNOWN, WAITING, RUNNING, RETRYING -> {
                // No way to end.
            }
        }
        SiteView view = page.getView();
        if (view != null && !hasStopped()) {
            follow(page, view, found.get());
        }
    }

    private void learn(SitePage page) {
        SiteView view = page.getView();
        boolean isNew = false;
        for (String rule : page.getRules()) {
            isNew |= learn(rule, rules, SiteLimits.MOST_RULES);
        }
        if (view != null && !view.getTemplate().isEmpty()) {
            isNew |= learn(view.getTemplate(), templates, SiteLimits.MOST_TEMPLATES);
        }
        progress.setSinceNew(isNew ? 0 : progress.getSinceNew() + 1);
        progress.setTemplates(templates.size());
        progress.setRules(rules.size());
    }

    private static boolean learn(String name, Set<String> known, int most) {
        return known.size() < most && name.length() <= SiteLimits.LONGEST_NAME && known.add(name);
    }

    private void follow(SitePage page, SiteView view, SiteOpenPage from) {
        // What was really seen is known, whatever led there.
        scope.within(page.getFinalUrl()).ifPresent(address -> standsFor(from, address, false));
        if (view.getCanonical() != null) {
            scope.within(view.getCanonical()).ifPresent(address -> standsFor(from, address, true));
        }
        view.getLinks().forEach(url -> meet(url, from.getDepth() + 1, false, false));
        view.getForbidden().forEach(url -> meet(url, from.getDepth() + 1, true, false));
        progress.setOtherSite(progress.getOtherSite() + view.getOtherSite());
        if (view.getLeftOut() > 0) {
            problem(
                    "%s has %,d links more than are followed"
                            .formatted(shown(from.getAddress()), view.getLeftOut()));
        }
    }

    /**
     * A page stands for another address that it was redirected to, or that it calls its canonical
     * one. A canonical address with another path is not believed: sites that name their home page
     * on every page would leave it unseen.
     */
    private void standsFor(SiteOpenPage page, String address, boolean canonical) {
        if (address.equals(page.getAddress())) {
            return;
        }
        if (canonical && !samePath(address, page.getAddress())) {
            meet(address, page.getDepth(), false, false);
            return;
        }
        SiteAddress known = frontier.find(request.getSiteId(), address);
        if (known == null) {
            if (isFull()) {
                return;
            }
            progress.setFound(progress.getFound() + 1);
        } else if (known.getPlace() == SitePlace.WAITING) {
            progress.setWaiting(progress.getWaiting() - 1);
        } else {
            return;
        }
        if (canonical) {
            skipped.setCanonical(skipped.getCanonical() + 1);
        } else {
            skipped.setDuplicate(skipped.getDuplicate() + 1);
        }
        frontier.put(request.getSiteId(), address(address, page.getDepth(), SitePlace.SKIPPED));
    }

    private static boolean samePath(String one, String other) {
        return SiteScope.host(one).equals(SiteScope.host(other))
                && withoutQuery(one).equals(withoutQuery(other));
    }

    private static String withoutQuery(String address) {
        String path = SiteScope.path(address);
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** An address was met: it is new, or known and perhaps nearer than was thought. */
    private void meet(String url, int depth, boolean forbidden, boolean start) {
        String address =
                scope.within(url)
                        .filter(one -> one.length() <= TargetPolicy.LONGEST_URL)
                        .orElse(null);
        if (address == null) {
            return;
        }
        SiteAddress known = frontier.find(request.getSiteId(), address);
        if (known != null) {
            nearer(known, depth);
        } else if (isFull()) {
            problem(
                    "More than %,d addresses were met; those after them are not counted"
                            .formatted(mostAddresses()));
        } else {
            progress.setFound(progress.getFound() + 1);
            place(address, depth, forbidden, start);
        }
    }

    private void place(String address, int depth, boolean forbidden, boolean start) {
        if (forbidden) {
            skipped.setRobots(skipped.getRobots() + 1);
            frontier.put(request.getSiteId(), address(address, depth, SitePlace.SKIPPED));
        } else if (!start && !wanted.admit(SiteScope.path(address))) {
            skipped.setPattern(skipped.getPattern() + 1);
            frontier.put(request.getSiteId(), address(address, depth, SitePlace.SKIPPED));
        } else if (isTooDeep(depth)) {
            skipped.setDepth(skipped.getDepth() + 1);
            frontier.put(request.getSiteId(), address(address, depth, SitePlace.TOO_DEEP));
        } else {
            queue(address(address, depth, SitePlace.WAITING));
        }
    }

    private void nearer(SiteAddress known, int depth) {
        if (depth >= known.getDepth()) {
            return;
        }
        SiteAddress nearer = SiteAddress.newBuilder(known).setDepth(depth).build();
        if (known.getPlace() == SitePlace.TOO_DEEP && !isTooDeep(depth)) {
            skipped.setDepth(skipped.getDepth() - 1);
            queue(SiteAddress.newBuilder(nearer).setPlace(SitePlace.WAITING).build());
        } else if (known.getPlace() != SitePlace.SUBMITTED) {
            frontier.put(request.getSiteId(), nearer);
        }
    }

    private void queue(SiteAddress address) {
        frontier.put(request.getSiteId(), address);
        frontier.queue(request.getSiteId(), tail++, address);
        progress.setWaiting(progress.getWaiting() + 1);
    }

    private void meetSitemap(String url) {
        String key = PageIds.key(url);
        if (knownSitemaps.contains(key)) {
            return;
        }
        if (knownSitemaps.size() >= SiteLimits.MOST_SITEMAPS) {
            problem(
                    "More than %,d sitemaps were met; those after them are not read"
                            .formatted(SiteLimits.MOST_SITEMAPS));
        } else if (textOfSitemaps + url.length() > SiteLimits.MOST_TEXT_OF_SITEMAPS) {
            problem(
                    "The addresses of the sitemaps that wait have more than %,d characters; those after them are not read"
                            .formatted(SiteLimits.MOST_TEXT_OF_SITEMAPS));
        } else {
            knownSitemaps.add(key);
            sitemaps.add(url);
            textOfSitemaps += url.length();
        }
    }

    /** Counts documents of which nothing was heard as failed. */
    void giveUpWaiting(Instant now) {
        for (SiteWait wait : List.copyOf(waits)) {
            if (!wait.getDeadline().isAfter(now)) {
                take(
                        SiteDocument.newBuilder()
                                .setSiteId(request.getSiteId())
                                .setRequestId(request.getPage().getRequestId())
                                .setNumber(wait.getNumber())
                                .setPart(wait.getNextPart())
                                .setLinks(List.of())
                                .setForbidden(List.of())
                                .setSitemaps(List.of())
                                .setFailure(
                                        Failure.newBuilder()
                                                .setType(FailureType.LOST)
                                                .setMessage(
                                                        "nothing was heard of %s within %s"
                                                                .formatted(
                                                                        shown(wait.getUrl()),
                                                                        limits.fetchDeadline()))
                                                .build())
                                .build());
            }
        }
    }

    /** Orders what comes next, or finds that nothing does. */
    void goOn(Orders orders, Instant now) {
        if (!hasStopped() && cancelledInTurn >= limits.pagesAtOnce()) {
            // Somebody cancels its scans as they come, so by their batch.
            stop(SiteStop.CANCELLED);
        }
        if (!hasStopped() && isSaturated() && hasMore()) {
            stop(SiteStop.SATURATION);
        }
        while (!hasStopped()
                && open.size() < limits.pagesAtOnce()
                && progress.getSubmitted() < request.getPages()
                && progress.getWaiting() > 0) {
            submitNext(orders);
        }
        while (!hasStopped() && !sitemaps.isEmpty() && waits.size() < SiteLimits.FETCHES_AT_ONCE) {
            await(SiteDocumentKind.SITEMAP, sitemaps.removeFirst(), now);
        }
        unordered.forEach(wait -> orders.fetch(wait, request));
        unordered.clear();
        if (!hasStopped() && progress.getSubmitted() >= request.getPages() && hasMore()) {
            stop(SiteStop.PAGE_LIMIT);
        }
        if (!hasStopped() && !hasMore() && open.isEmpty()) {
            stop(whyNothingIsLeft());
        }
    }

    private SiteStop whyNothingIsLeft() {
        if (cancelledInTurn > 0) {
            // Its batch was cancelled, too late for as many in turn as stop it.
            return SiteStop.CANCELLED;
        }
        return progress.getSubmitted() == 0 && progress.getFailure() != null
                ? SiteStop.FAILED
                : SiteStop.COMPLETE;
    }

    private void submitNext(Orders orders) {
        SiteAddress next = frontier.take(request.getSiteId(), head++);
        if (next == null || next.getPlace() != SitePlace.WAITING) {
            // Found to be another page meanwhile.
            return;
        }
        frontier.put(
                request.getSiteId(),
                SiteAddress.newBuilder(next).setPlace(SitePlace.SUBMITTED).build());
        progress.setWaiting(progress.getWaiting() - 1);
        progress.setSubmitted(progress.getSubmitted() + 1);
        var page =
                SiteOpenPage.newBuilder()
                        .setScanId(PageIds.scanId(request.getSiteId(), next.getUrl()))
                        .setHost(SiteScope.host(next.getUrl()))
                        .setAddress(next.getUrl())
                        .setDepth(next.getDepth())
                        .build();
        open.add(page);
        orders.scan(page, request);
    }

    private void await(SiteDocumentKind kind, String url, Instant now) {
        SiteWait wait =
                SiteWait.newBuilder()
                        .setNumber(++fetches)
                        .setKind(kind)
                        .setUrl(url)
                        .setDeadline(now.plus(limits.fetchDeadline()))
                        .build();
        waits.add(wait);
        unordered.add(wait);
    }

    /** No more pages are looked for; those that wait are left out. */
    void stop(SiteStop why) {
        progress.setStopped(why);
        if (why == SiteStop.PAGE_LIMIT) {
            skipped.setLimit(skipped.getLimit() + progress.getWaiting());
        } else {
            skipped.setStopped(skipped.getStopped() + progress.getWaiting());
        }
        if (why != SiteStop.FAILED) {
            // It concerned a part only, and is told among the problems.
            progress.setFailure(null);
        }
        progress.setWaiting(0);
        waits.clear();
        unordered.clear();
        sitemaps.clear();
        knownSitemaps.clear();
    }

    private boolean isSaturated() {
        return request.getSaturation() > 0 && progress.getSinceNew() >= request.getSaturation();
    }

    private boolean hasMore() {
        return progress.getWaiting() > 0 || !waits.isEmpty() || !sitemaps.isEmpty();
    }

    boolean hasStopped() {
        return progress.getStopped() != null;
    }

    /** Whether also the last of its scans has ended. */
    boolean hasEnded() {
        return hasStopped() && open.isEmpty();
    }

    List<SiteOpenPage> open() {
        return List.copyOf(open);
    }

    private boolean isTooDeep(int depth) {
        return !request.getSitemaps() && depth > request.getDepth();
    }

    private boolean isFull() {
        return progress.getFound() >= mostAddresses();
    }

    private long mostAddresses() {
        return (long) SiteLimits.ADDRESSES_FOR_A_PAGE * request.getPages()
                + SiteLimits.ADDRESSES_BESIDE;
    }

    private void problem(String sentence) {
        if (problems.size() < SiteLimits.MOST_PROBLEMS && !problems.contains(sentence)) {
            problems.add(sentence);
        }
    }

    private static String shown(String url) {
        return shortened(url, 300);
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }

    private static SiteAddress address(String address, int depth, SitePlace place) {
        return SiteAddress.newBuilder().setUrl(address).setDepth(depth).setPlace(place).build();
    }

    SiteRow row(Instant now) {
        progress.setSkipped(skipped.build()).setProblems(problems).setEnded(hasEnded()).setAt(now);
        return SiteRow.newBuilder()
                .setRequest(request)
                .setProgress(progress.build())
                .setFetches(fetches)
                .setWaits(waits)
                .setSitemaps(sitemaps)
                .setKnownSitemaps(List.copyOf(knownSitemaps))
                .setOpen(open)
                .setHead(head)
                .setTail(tail)
                .setTemplates(List.copyOf(templates))
                .setRules(List.copyOf(rules))
                .setCancelledInTurn(cancelledInTurn)
                .setChangedAt(now)
                .build();
    }
}
