package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewRecovery;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.alerts.AlertBoard;
import io.stepfree.gateway.alerts.AlertRow;
import io.stepfree.gateway.alerts.SilenceRow;
import io.stepfree.gateway.deadletters.DeadLetterController;
import io.stepfree.gateway.deadletters.DeadLetterIndex;
import io.stepfree.gateway.health.QueueState;
import io.stepfree.gateway.health.QueueWatch;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.gateway.health.Status;
import io.stepfree.gateway.health.SystemHealth;
import io.stepfree.gateway.limits.Standing;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What an operator wants to see, over HTTP. Each answers within a second whatever is down: from
 * memory, or with what was last read, marked as such.
 */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping("/api/monitoring")
public final class MonitoringController {

    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration FRESH_FAILED = Duration.ofSeconds(1);
    private static final int MOST_ALERTS = 20;

    private final JsonBody bodies;
    private final SystemHealth health;
    private final SignalBoard signals;
    private final QueueWatch queue;
    private final SafetyWatch safety;
    private final AlertBoard alerts;
    private final ReliabilityIndex reliability;
    private final DeadLetterIndex deadLetters;
    private final DeadLetterController replays;
    private final RecoveryDesk recoveries;
    private final Function<String, Optional<Standing>> standings;
    private final InstantSource clock;
    private final LastKnown<Integer, Reliability> reliabilities;
    private final LastKnown<FailedPage, DeadLetterIndex.Page> failedPages;
    private final LastKnown<String, Client> clients;

    private record FailedPage(@Nullable String cursor, int limit) {}

    private record Client(ReliabilityIndex.ClientUse use, Optional<Standing> standing) {
        boolean isKnown() {
            return use.all() > 0 || standing.isPresent();
        }
    }

    /** How many scans are where. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record QueueStats(
            long waiting,
            long active,
            long delayed,
            long completed,
            long failed,
            long cancelled,
            long accepted,
            @Nullable Instant asOf,
            boolean stale) {

        static QueueStats of(QueueState state) {
            return new QueueStats(
                    state.waiting(),
                    state.active(),
                    state.delayed(),
                    state.completed(),
                    state.failed(),
                    state.cancelled(),
                    state.accepted(),
                    state.asOf(),
                    state.stale());
        }
    }

    /** The queue without its counters. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record QueueHealth(
            Status status,
            List<String> reasons,
            long waiting,
            long active,
            long capacity,
            long busy,
            @Nullable Double utilisation,
            @Nullable Double oldestSeconds,
            @Nullable Instant asOf,
            boolean stale) {

        static QueueHealth of(QueueState state) {
            return new QueueHealth(
                    state.status(),
                    state.reasons(),
                    state.waiting(),
                    state.active(),
                    state.capacity(),
                    state.busy(),
                    state.utilisation(),
                    state.oldestSeconds(),
                    state.asOf(),
                    state.stale());
        }
    }

    /** All in one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Dashboard(
            Status status,
            Instant at,
            SystemHealth.Overall health,
            QueueState queue,
            BrowserState browser,
            SafetyState safety,
            List<AlertRow> alerts,
            List<SilenceRow> silences,
            @Nullable Known<Reliability> reliability) {}

    /**
     * @param standings how a client stands with the scans of its plan, where it has begun an hour
     */
    public MonitoringController(
            JsonBody bodies,
            SystemHealth health,
            SignalBoard signals,
            QueueWatch queue,
            SafetyWatch safety,
            AlertBoard alerts,
            ReliabilityIndex reliability,
            DeadLetterIndex deadLetters,
            DeadLetterController replays,
            RecoveryDesk recoveries,
            Function<String, Optional<Standing>> standings,
            InstantSource clock) {
        this.bodies = bodies;
        this.health = health;
        this.signals = signals;
        this.queue = queue;
        this.safety = safety;
        this.alerts = alerts;
        this.reliability = reliability;
        this.deadLetters = deadLetters;
        this.replays = replays;
        this.recoveries = recoveries;
        this.standings = standings;
        this.clock = clock;
        this.reliabilities = new LastKnown<>(FRESH, clock);
        this.failedPages = new LastKnown<>(FRESH_FAILED, clock);
        this.clients = new LastKnown<>(FRESH_FAILED, clock);
    }

    @GetMapping("/health")
    ResponseEntity<SystemHealth.Overall> health() {
        return fresh(health.overall());
    }

    @GetMapping("/queue/health")
    ResponseEntity<QueueHealth> queueHealth() {
        return fresh(QueueHealth.of(queue.state()));
    }

    @GetMapping("/queue/stats")
    ResponseEntity<QueueStats> queueStats() {
        return fresh(QueueStats.of(queue.state()));
    }

    /** The dead letters, newest first; what the next page is asked for with is in {@code next}. */
    @GetMapping("/queue/failed")
    ResponseEntity<Known<DeadLetterIndex.Page>> failed(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String limit)
            throws InterruptedException {
        var page = new FailedPage(cursor, PageLimit.read(limit));
        return fresh(
                failedPages
                        .ask(page, deadLetters.pageOfAll(cursor, page.limit()))
                        .orElseThrow(MonitoringController::neverRead));
    }

    @PostMapping("/queue/retry/{id}")
    ResponseEntity<DeadLetterController.Ordered> retry(
            Caller caller, @PathVariable String id, HttpServletRequest request) throws Exception {
        // The request is only ours until it is answered, which may be before the work is done.
        String reason = replays.reason(request);
        try {
            return Promptly.await(Promptly.begin(() -> replays.replay(caller, id, reason)));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : e;
        } catch (TimeoutException _) {
            throw new ProblemException(
                    ProblemType.UNAVAILABLE,
                    "The order was not acknowledged in time. Whether it was taken is not known; look at the dead letter before you order it again.");
        }
    }

    @GetMapping("/reliability")
    ResponseEntity<Known<Reliability>> reliability(
            @RequestParam(required = false) @Nullable String days) throws InterruptedException {
        return fresh(reliabilityOf(Days.read(days)).orElseThrow(MonitoringController::neverRead));
    }

    @GetMapping("/browser")
    ResponseEntity<BrowserState> browser() {
        return fresh(BrowserState.of(signals));
    }

    @GetMapping("/safety")
    ResponseEntity<SafetyState> safety() {
        return fresh(safety.state());
    }

    @GetMapping("/rate-limit/{client}")
    ResponseEntity<Known<ClientUsage>> rateLimit(@PathVariable String client)
            throws InterruptedException {
        Known<Client> known =
                clients.ask(
                                client,
                                () -> new Client(reliability.use(client), standings.apply(client)))
                        .orElseThrow(MonitoringController::neverRead);
        if (!known.value().isKnown()) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "No scan of a client with the id '%s' is known.".formatted(client));
        }
        return fresh(
                new Known<>(
                        ClientUsage.of(client, known.value().use(), known.value().standing()),
                        known.asOf(),
                        known.stale()));
    }

    @GetMapping("/dashboard")
    ResponseEntity<Dashboard> dashboard() throws InterruptedException {
        SystemHealth.Overall overall = health.overall();
        return fresh(
                new Dashboard(
                        overall.status(),
                        clock.instant(),
                        overall,
                        queue.state(),
                        BrowserState.of(signals),
                        safety.state(),
                        alerts.open().stream().limit(MOST_ALERTS).toList(),
                        alerts.silences(),
                        reliabilityOf(Days.read(null)).orElse(null)));
    }

    @PostMapping("/recover")
    ResponseEntity<RecoveryDesk.Recovered> recover(Caller caller, HttpServletRequest request)
            throws IOException, InterruptedException {
        NewRecovery recovery =
                NewRecovery.read(
                        bodies.required(
                                new JsonBody.Source(
                                        request.getContentType(),
                                        request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                        request.getContentLengthLong(),
                                        request.getInputStream())));
        return ResponseEntity.accepted().body(recoveries.recover(caller, recovery));
    }

    private Optional<Known<Reliability>> reliabilityOf(int days) throws InterruptedException {
        return reliabilities.ask(days, () -> reliability.reliability(days));
    }

    private static ProblemException neverRead() {
        return new ProblemException(
                ProblemType.DATABASE_UNAVAILABLE,
                "PostgreSQL does not answer in time, and this was never read before.");
    }

    private static <T> ResponseEntity<T> fresh(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
