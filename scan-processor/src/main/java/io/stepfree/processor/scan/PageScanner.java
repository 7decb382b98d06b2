package io.stepfree.processor.scan;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.secret.SecretsUnreadableException;
import io.stepfree.processor.browser.BrowserStartException;
import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.EgressProxy;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.processor.robots.Robots;
import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.processor.robots.SiteRules;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.SealedSecrets;
import io.stepfree.schemas.scan.SiteVisit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scans one page: visits it in a fresh browser context, waits until it has loaded, runs the engine
 * and says what was seen. A page that was not seen is a typed failure, never a clean result.
 * Thread-safe; blocks at most until the deadline and some seconds for clearing up, whatever the
 * page does.
 */
public final class PageScanner {

    private final SharedBrowser browser;
    private final EgressProxy egress;
    private final SecretSealer sealer;
    private final Robots robots;
    private final Engine engine;
    private final ScanProperties properties;

    /**
     * @param egress the only way out that pages get
     * @param sealer opens what only workers may read of a request
     */
    public PageScanner(
            SharedBrowser browser,
            EgressProxy egress,
            SecretSealer sealer,
            JsonMapper mapper,
            ScanProperties properties) {
        this.browser = browser;
        this.egress = egress;
        this.sealer = sealer;
        this.robots = new Robots(properties.robots());
        this.engine = new Engine(mapper, properties.nodesPerRule());
        this.properties = properties;
    }

    /**
     * Sees to it that a browser is running, so that an attempt is not the one to find out that none
     * starts.
     */
    public void prepare() throws BrowserStartException, InterruptedException {
        browser.prepare();
    }

    /** Name and version of the engine that all attempts are made with. */
    public String engine() {
        return engine.identity();
    }

    /**
     * Makes one attempt. An interrupt cancels it; the page is gone when this returns or throws.
     *
     * @param end when the attempt must be over at the latest, even if the request grants more time
     */
    public ScanOutcome scan(ScanRequest request, Instant end) throws InterruptedException {
        Optional<Failure> invalid = JobCheck.problem(request);
        if (invalid.isPresent()) {
            return new ScanOutcome.Failed(invalid.get());
        }
        ScanSecrets secrets;
        try {
            secrets = secrets(request);
        } catch (SecretsUnreadableException e) {
            if (e.isKeyMissing()) {
                return failed(FailureType.LOST, String.valueOf(e.getMessage()));
            }
            return new ScanOutcome.Failed(
                    Failures.invalid("options.secrets", String.valueOf(e.getMessage())));
        }
        Optional<Failure> wrongSecret =
                JobCheck.problem(secrets, request.getOptions().getActions());
        if (wrongSecret.isPresent()) {
            return new ScanOutcome.Failed(wrongSecret.get());
        }
        var redaction = Redaction.of(secrets);
        return switch (scan(request, secrets, end)) {
            case ScanOutcome.Completed(PageResult page) ->
                    new ScanOutcome.Completed(redaction.of(page));
            case ScanOutcome.Failed(Failure failure) ->
                    new ScanOutcome.Failed(redaction.of(failure));
        };
    }

    private ScanOutcome scan(ScanRequest request, ScanSecrets secrets, Instant end)
            throws InterruptedException {
        Duration granted = Duration.ofMillis(request.getOptions().getTimeoutMillis());
        Deadline deadline = Deadline.after(granted).within(Duration.between(Instant.now(), end));
        try (ScanEgress way = egress.open()) {
            Optional<Failure> unsafe = TargetGuard.judge(way, request.getUrl(), deadline);
            if (unsafe.isPresent()) {
                return new ScanOutcome.Failed(unsafe.get());
            }
            SiteVisit site = request.getSite();
            boolean obeys =
                    robots.mode() == RobotsMode.OBEY || (site != null && site.getObeyRobots());
            Optional<SiteRules> rules =
                    obeys || robots.mode() != RobotsMode.OFF
                            ? robots.rules(way, request.getUrl(), deadline.left())
                            : Optional.empty();
            Optional<String> objection = rules.flatMap(all -> all.objection(request.getUrl()));
            if (objection.isPresent() && obeys) {
                return failed(FailureType.BLOCKED_BY_SITE, objection.get());
            }
            ScanOutcome outcome = scan(request, secrets, way, deadline);
            if (site != null
                    && site.getObeyRobots()
                    && rules.isPresent()
                    && outcome instanceof ScanOutcome.Completed(PageResult page)) {
                return new ScanOutcome.Completed(SiteLinks.judged(page, rules.get()));
            }
            if (objection.isPresent()
                    && outcome instanceof ScanOutcome.Completed(PageResult page)) {
                return new ScanOutcome.Completed(PageResults.warned(page, objection.get()));
            }
            return outcome;
        }
    }

    private ScanOutcome scan(
            ScanRequest request, ScanSecrets secrets, ScanEgress way, Deadline deadline)
            throws InterruptedException {
        try (SharedBrowser.Lease lease = browser.lease()) {
            return scan(request, secrets, lease, way, deadline);
        } catch (BrowserStartException e) {
            // The page was not asked for: this is no fault of the scan's.
            return failed(FailureType.LOST, e.getMessage());
        }
    }

    private ScanOutcome scan(
            ScanRequest request,
            ScanSecrets secrets,
            SharedBrowser.Lease lease,
            ScanEgress way,
            Deadline deadline)
            throws InterruptedException {
        Tab tab;
        try {
            tab = Tab.create(lease.chrome(), way.proxyServer());
        } catch (CdpException.NoAnswer e) {
            lease.condemn("it does not open a tab");
            return failed(FailureType.BROWSER_CRASH, "The browser hung: " + e.getMessage());
        } catch (CdpException e) {
            return failed(FailureType.BROWSER_CRASH, "The browser died: " + e.getMessage());
        }
        var settings =
                new PageSettings(
                        request.getUrl(),
                        request.getOptions(),
                        secrets,
                        userAgent(lease.chrome().version()));
        var known = new OriginSecrets(request.getUrl(), secrets);
        var watch = new PageWatch(way, settings, known, deadline);
        try {
            CdpSession page = tab.open(watch, settings, known, deadline);
            var visit = new Visit(request, page, watch, engine, properties, way, deadline);
            return new ScanOutcome.Completed(visit.make(secrets.fills(), lease.chrome().version()));
        } catch (ScanFailedException e) {
            return new ScanOutcome.Failed(watch.refusal().orElse(e.failure()));
        } catch (CdpException e) {
            return new ScanOutcome.Failed(watch.refusal().orElseGet(() -> failure(e, deadline)));
        } finally {
            lease.dispose(tab.context());
        }
    }

    private ScanSecrets secrets(ScanRequest request) {
        SealedSecrets sealed = request.getOptions().getSecrets();
        return sealed == null ? ScanSecrets.NONE : sealer.open(sealed, request.getScanId());
    }

    private String userAgent(String browserVersion) {
        if (!properties.userAgent().isEmpty()) {
            return properties.userAgent();
        }
        // As Chrome writes it since it stopped telling its minor version.
        String major = browserVersion.replaceFirst("^\\D*(\\d+).*$", "$1");
        return "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0 Safari/537.36 Stepfree"
                .formatted(major);
    }

    private static Failure failure(CdpException e, Deadline deadline) {
        String message = String.valueOf(e.getMessage());
        return switch (e) {
            case CdpException.NoAnswer _ ->
                    Failures.of(
                            FailureType.TIMEOUT,
                            deadline.hasPassed()
                                    ? "The scan did not end before its deadline"
                                    : message);
            case CdpException.TargetCrashed _ -> Failures.of(FailureType.BROWSER_CRASH, message);
            case CdpException.TargetClosed _ -> Failures.of(FailureType.BROWSER_CRASH, message);
            case CdpException.ConnectionLost _ -> Failures.of(FailureType.BROWSER_CRASH, message);
            case CdpException.MemoryExceeded _ -> Failures.of(FailureType.RESOURCE_LIMIT, message);
            case CdpException.Refused _ -> Failures.of(FailureType.ENGINE_ERROR, message);
        };
    }

    private static ScanOutcome failed(FailureType type, @Nullable String message) {
        return new ScanOutcome.Failed(Failures.of(type, String.valueOf(message)));
    }
}
