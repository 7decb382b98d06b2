package io.stepfree.scheduler.site;

import static java.util.Objects.requireNonNull;

import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.SiteAddress;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteFetch;
import io.stepfree.schemas.scan.SiteOpenPage;
import io.stepfree.schemas.scan.SitePage;
import io.stepfree.schemas.scan.SiteProgress;
import io.stepfree.schemas.scan.SiteRequest;
import io.stepfree.schemas.scan.SiteRow;
import io.stepfree.schemas.scan.SiteStop;
import io.stepfree.schemas.scan.SiteVisit;
import io.stepfree.schemas.scan.SiteWait;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a row for each site, told by what clients order, what documents name and how its scans end,
 * and tells on {@code site.events} how far it is: when it stops or ends at once, otherwise at most
 * once a second. Scans are submitted to {@code scan.requests} a few at a time, documents to be read
 * to {@code site.fetches}. What is read, kept and told is one transaction, and ids follow from
 * addresses, so that no page of a site is scanned twice.
 *
 * <p>What is known of a site's addresses is forgotten when it stops, the rest as ended scans are.
 */
public final class SiteExplorer
        implements Processor<String, SpecificRecord, String, SpecificRecord> {

    private static final Logger LOG = LoggerFactory.getLogger(SiteExplorer.class);
    private static final Duration TELLING = Duration.ofSeconds(1);
    private static final Duration LOOKING = Duration.ofSeconds(10);
    private static final Duration SWEEPING = Duration.ofHours(1);
    private static final Duration GOING_ON = Duration.ofMillis(100);

    /** So many addresses are forgotten in one transaction at most. */
    private static final int MOST_AT_ONCE = 500;

    private final SiteStores names;
    private final SiteLimits limits;
    private final Set<String> untold = new LinkedHashSet<>();
    private final Set<String> waiting = new HashSet<>();
    private final Set<String> forgetting = new LinkedHashSet<>();
    private @Nullable Opened opened;

    /**
     * What the topology calls its parts.
     *
     * @param sites the store of sites
     * @param addresses the store of their addresses
     * @param queue the store of the order in which addresses wait
     * @param fetches the sink to site.fetches
     * @param commands the sink to scan.requests
     * @param events the sink to site.events
     */
    public record SiteStores(
            String sites,
            String addresses,
            String queue,
            String fetches,
            String commands,
            String events) {}

    /** What is there once a partition is opened. */
    private record Opened(
            ProcessorContext<String, SpecificRecord> context,
            KeyValueStore<String, SiteRow> sites,
            Frontier frontier) {}

    public SiteExplorer(SiteStores names, SiteLimits limits) {
        this.names = names;
        this.limits = limits;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        KeyValueStore<String, SiteAddress> addresses = context.getStateStore(names.addresses());
        KeyValueStore<String, String> queue = context.getStateStore(names.queue());
        KeyValueStore<String, SiteRow> sites = context.getStateStore(names.sites());
        opened = new Opened(context, sites, new Frontier(addresses, queue));
        try (var rows = sites.all()) {
            rows.forEachRemaining(row -> {
                // Whether it was told, or forgotten, is not known; twice does no harm.
                untold.add(row.key);
                remember(row.value);
            });
        }
        context.schedule(TELLING, PunctuationType.WALL_CLOCK_TIME, _ -> tell());
        context.schedule(GOING_ON, PunctuationType.WALL_CLOCK_TIME, _ -> forgetSome());
        context.schedule(LOOKING, PunctuationType.WALL_CLOCK_TIME, _ -> giveUpWaiting());
        context.schedule(SWEEPING, PunctuationType.WALL_CLOCK_TIME, _ -> sweep());
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        switch (record.value()) {
            case SiteCommand command -> carryOut(command);
            case SiteDocument document -> change(document.getSiteId(), site -> site.take(document));
            case SitePage page -> change(page.getSiteId(), site -> site.take(page));
            case null, default -> {
                // A tombstone says nothing.
            }
        }
    }

    private void carryOut(SiteCommand command) {
        switch (command.getKind()) {
            case SUBMIT -> begin(requireNonNull(command.getRequest()));
            case CANCEL -> cancel(command);
            case UNKNOWN ->
                    throw new IllegalStateException("UnderstoodSites lets none of these through");
        }
    }

    private void begin(SiteRequest request) {
        if (opened().sites().get(request.getSiteId()) != null) {
            // The order came twice.
            return;
        }
        Exploration site = Exploration.begun(request, limits, opened().frontier(), now());
        site.goOn(orders(), now());
        keep(site.row(now()));
        untold.add(request.getSiteId());
    }

    private void cancel(SiteCommand command) {
        change(
                command.getSiteId(),
                site -> {
                    if (!site.hasStopped()) {
                        site.stop(SiteStop.CANCELLED);
                    }
                    site.open().forEach(page -> cancel(page, command.getRequestId()));
                });
    }

    private void change(String siteId, Consumer<Exploration> change) {
        SiteRow before = opened().sites().get(siteId);
        if (before == null) {
            return;
        }
        Exploration site = Exploration.of(before, limits, opened().frontier());
        change.accept(site);
        site.goOn(orders(), now());
        SiteRow after = site.row(now());
        keep(after);
        if (after.getProgress().getStopped() != before.getProgress().getStopped()
                || after.getProgress().getEnded() != before.getProgress().getEnded()) {
            tell(after);
            untold.remove(siteId);
        } else {
            untold.add(siteId);
        }
    }

    private void keep(SiteRow row) {
        opened().sites().put(row.getRequest().getSiteId(), row);
        remember(row);
    }

    private void remember(SiteRow row) {
        String siteId = row.getRequest().getSiteId();
        if (row.getWaits().isEmpty()) {
            waiting.remove(siteId);
        } else {
            waiting.add(siteId);
        }
        if (row.getProgress().getStopped() != null) {
            forgetting.add(siteId);
        }
    }

    private Exploration.Orders orders() {
        return new Exploration.Orders() {
            @Override
            public void fetch(SiteWait wait, SiteRequest request) {
                SiteExplorer.this.fetch(wait, request);
            }

            @Override
            public void scan(SiteOpenPage page, SiteRequest request) {
                SiteExplorer.this.scan(page, request);
            }
        };
    }

    private void fetch(SiteWait wait, SiteRequest request) {
        ScanRequest page = request.getPage();
        forward(
                names.fetches(),
                null,
                page,
                SiteFetch.newBuilder()
                        .setSiteId(request.getSiteId())
                        .setRequestId(page.getRequestId())
                        .setClient(page.getClient())
                        .setNumber(wait.getNumber())
                        .setKind(wait.getKind())
                        .setUrl(wait.getUrl())
                        .setStart(request.getStart())
                        .setObeyRobots(request.getObeyRobots())
                        .setDeadline(wait.getDeadline())
                        .build());
    }

    private void scan(SiteOpenPage page, SiteRequest request) {
        ScanRequest scan =
                ScanRequest.newBuilder(request.getPage())
                        .setScanId(page.getScanId())
                        .setUrl(page.getAddress())
                        .setHost(page.getHost())
                        .setSubmittedAt(now())
                        .setSite(
                                SiteVisit.newBuilder()
                                        .setSiteId(request.getSiteId())
                                        .setStart(request.getStart())
                                        .setLinks(!request.getSitemaps())
                                        .setObeyRobots(request.getObeyRobots())
                                        .build())
                        .build();
        forward(
                names.commands(),
                page.getHost(),
                scan,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.SUBMIT)
                        .setScanId(scan.getScanId())
                        .setRequestId(scan.getRequestId())
                        .setIssuedAt(now())
                        .setRequest(scan)
                        .build());
    }

    /** On the partition of its submit, and so after it. */
    private void cancel(SiteOpenPage page, String requestId) {
        var headers = new RecordHeaders();
        RequestId.saneOr(requestId).writeTo(headers);
        forward(
                names.commands(),
                page.getHost(),
                headers,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId(page.getScanId())
                        .setRequestId(requestId)
                        .setIssuedAt(now())
                        .build());
    }

    private void tell() {
        for (String siteId : untold) {
            SiteRow row = opened().sites().get(siteId);
            if (row != null) {
                tell(row);
            }
        }
        untold.clear();
    }

    private void tell(SiteRow row) {
        SiteProgress progress = row.getProgress();
        forward(names.events(), progress.getSiteId(), row.getRequest().getPage(), progress);
        if (progress.getEnded()) {
            LOG.info(
                    "The site {} has ended, {}: {} pages found, {} scanned",
                    progress.getSiteId(),
                    progress.getStopped(),
                    progress.getFound(),
                    progress.getSubmitted());
        }
    }

    private void giveUpWaiting() {
        for (String siteId : Set.copyOf(waiting)) {
            SiteRow row = opened().sites().get(siteId);
            if (row == null) {
                waiting.remove(siteId);
            } else if (row.getWaits().stream()
                    .anyMatch(wait -> !wait.getDeadline().isAfter(now()))) {
                change(siteId, site -> site.giveUpWaiting(now()));
            }
        }
    }

    private void forgetSome() {
        if (!forgetting.isEmpty()) {
            String siteId = forgetting.iterator().next();
            if (opened().frontier().forgetSome(siteId, MOST_AT_ONCE)) {
                forgetting.remove(siteId);
            }
        }
    }

    private void sweep() {
        var old = new HashSet<String>();
        try (var rows = opened().sites().all()) {
            rows.forEachRemaining(row -> {
                if (row.value.getProgress().getEnded()
                        && row.value.getChangedAt().isBefore(now().minus(limits.kept()))) {
                    old.add(row.key);
                }
            });
        }
        old.forEach(opened().sites()::delete);
    }

    private void forward(
            String sink, @Nullable String key, ScanRequest request, SpecificRecord value) {
        var headers = new RecordHeaders();
        RequestId.saneOr(request.getRequestId()).writeTo(headers);
        Traces.writeTo(headers, request.getTraceparent());
        forward(sink, key, headers, value);
    }

    private void forward(
            String sink, @Nullable String key, RecordHeaders headers, SpecificRecord value) {
        opened().context().forward(new Record<>(key, value, now().toEpochMilli(), headers), sink);
    }

    private Instant now() {
        return Instant.ofEpochMilli(opened().context().currentSystemTimeMs());
    }

    private Opened opened() {
        return requireNonNull(opened);
    }
}
