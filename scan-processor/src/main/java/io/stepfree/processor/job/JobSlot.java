package io.stepfree.processor.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.kafka.BrokerUnavailableException;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.RecordReader;
import io.stepfree.platform.kafka.RecordRefusedException;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.processor.job.Claims.Claim;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One place for a scan: takes a job, keeps its lock while the page is scanned, writes the outcome,
 * and only then lets the broker forget the job. A job whose lock is lost is somebody else's by
 * then: its scan is cancelled and its outcome dropped. For one thread.
 */
final class JobSlot {

    private static final Logger LOG = LoggerFactory.getLogger(JobSlot.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(8);

    /** What a scan may take beyond its deadline: for a browser to start, and for clearing up. */
    static final Duration GRACE = Duration.ofSeconds(45);

    /**
     * What does the work of a job; blocks until it is done or the deadline has passed. One that
     * does not keep to it is interrupted.
     */
    interface Scanner {
        ScanOutcome scan(ScanRequest request, Instant deadline) throws InterruptedException;
    }

    private final Claims claims;
    private final RecordReader<ScanJob> reader;
    private final RecordPublisher publisher;
    private final Scanner scanner;
    private final ServiceIdentity identity;
    private final String engine;
    private final WorkerLoad load;
    private final MeterRegistry meters;
    private final Duration grace;

    JobSlot(
            Claims claims,
            RecordReader<ScanJob> reader,
            RecordPublisher publisher,
            Scanner scanner,
            ServiceIdentity identity,
            String engine,
            WorkerLoad load,
            MeterRegistry meters,
            Duration grace) {
        this.claims = claims;
        this.reader = reader;
        this.publisher = publisher;
        this.scanner = scanner;
        this.identity = identity;
        this.engine = engine;
        this.load = load;
        this.meters = meters;
        this.grace = grace;
        // There from the start: a counter that appears with its first event shows no growth.
        var _ = OwnMeter.SCAN_OVERDUE.counter(meters);
    }

    /**
     * Waits up to a second for a job and does it.
     *
     * @throws ClaimLostException when the job was dropped; this slot's claims must then be closed
     */
    void work() throws ClaimLostException, InterruptedException {
        Optional<Claim> taken = claims.take(PAUSE);
        if (taken.isEmpty()) {
            return;
        }
        load.began();
        try {
            work(taken.get());
        } finally {
            load.ended();
        }
    }

    private void work(Claim claim) throws ClaimLostException, InterruptedException {
        Optional<RequestId> carried = RequestId.from(claim.record().headers());
        var read = new ArrayList<ScanJob>(1);
        inContext(
                carried.orElseGet(RequestId::create),
                null,
                () -> {
                    read(claim).ifPresent(read::add);
                    if (read.isEmpty()) {
                        // A tombstone, or kept on ops.unreadable.
                        claim.accept();
                    }
                });
        for (ScanJob job : read) {
            RequestId id =
                    carried.orElseGet(() -> RequestId.saneOr(job.getRequest().getRequestId()));
            inContext(
                    id,
                    job,
                    () ->
                            Traces.<Exception>run(
                                    Topics.SCAN_JOBS.name() + " process",
                                    SpanKind.CONSUMER,
                                    parent(claim, job),
                                    Map.of("stepfree.attempt", Integer.toString(job.getAttempt())),
                                    () -> attempt(claim, job, id)));
        }
    }

    private static @Nullable String parent(Claim claim, ScanJob job) {
        String carried = Traces.from(claim.record().headers());
        return carried == null ? job.getRequest().getTraceparent() : carried;
    }

    /** Also the word that a job was dropped belongs to its request. */
    private static void inContext(
            RequestId id, @Nullable ScanJob job, RequestContext.Work<Exception> work)
            throws ClaimLostException, InterruptedException {
        RequestContext.Work<Exception> told =
                () -> {
                    try {
                        work.run();
                    } catch (ClaimLostException e) {
                        LOG.warn("A job was dropped, it comes back by itself: {}", e.getMessage());
                        throw e;
                    }
                };
        try {
            if (job == null) {
                RequestContext.<Exception>run(id, told);
            } else {
                RequestContext.<Exception>run(id, job, told);
            }
        } catch (ClaimLostException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a job throws nothing else", e);
        }
    }

    private void attempt(Claim claim, ScanJob job, RequestId id)
            throws ClaimLostException, InterruptedException {
        Instant started = now();
        if (!started.isBefore(job.getDeadline())) {
            LOG.info(
                    "Attempt {} came after its deadline {}, nobody waits for it any more",
                    job.getAttempt(),
                    job.getDeadline());
            claim.accept();
            return;
        }
        // Proves that the job is still ours, and gives the scan a whole lock.
        claim.renew();
        LOG.info("Attempt {} at {}", job.getAttempt(), job.getRequest().getUrl());
        ScanOutcome outcome;
        if (claim.deliveries() >= ScanGroup.DELIVERY_LIMIT - 1) {
            // Before the broker drops it in silence. Who died may have been killed, or have died of
            // another scan, so that it uses up no attempt.
            outcome =
                    failed(
                            FailureType.LOST,
                            "%d workers took this job and none finished it"
                                    .formatted(claim.deliveries() - 1));
        } else {
            outcome = scan(claim, job, id);
        }
        publish(claim, job, id, started, outcome);
        claim.accept();
    }

    /**
     * Scans on a thread of its own, while this one keeps the lock: a share consumer belongs to its
     * thread.
     */
    private ScanOutcome scan(Claim claim, ScanJob job, RequestId id)
            throws ClaimLostException, InterruptedException {
        var outcome = new CompletableFuture<ScanOutcome>();
        Thread scan =
                Thread.ofVirtual()
                        .name("scan-" + job.getRequest().getScanId())
                        .start(() ->
                                RequestContext.<RuntimeException>run(
                                        id,
                                        job,
                                        () ->
                                                tell(
                                                        outcome,
                                                        () ->
                                                                scanner.scan(
                                                                        job.getRequest(),
                                                                        job.getDeadline()))));
        Duration granted = Duration.ofMillis(job.getRequest().getOptions().getTimeoutMillis());
        Instant end = earlier(Instant.now().plus(granted), job.getDeadline()).plus(grace);
        try {
            while (true) {
                Duration left = Duration.between(Instant.now(), end);
                if (!left.isPositive()) {
                    return overdue(scan);
                }
                Duration wait = left.compareTo(ScanGroup.RENEWAL) < 0 ? left : ScanGroup.RENEWAL;
                try {
                    return outcome.get(wait.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    claim.renew();
                }
            }
        } catch (ExecutionException e) {
            LOG.error("A scan failed in a way that should not happen", e.getCause());
            return failed(FailureType.LOST, "The worker failed: " + e.getCause());
        } finally {
            // Only still running when it is overdue, the claim was lost or this slot is to stop.
            if (scan.isAlive()) {
                cancel(scan);
            }
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /**
     * A scan keeps to its deadline by itself; where it does not, the slot must not hang with it.
     */
    private ScanOutcome overdue(Thread scan) {
        var where = new IllegalStateException("the scan is here");
        where.setStackTrace(scan.getStackTrace());
        LOG.error("A scan does not end by itself, which should not happen; it is cancelled", where);
        OwnMeter.SCAN_OVERDUE.counter(meters).increment();
        return failed(
                FailureType.TIMEOUT,
                "The worker did not end the scan within %d s after its deadline"
                        .formatted(grace.toSeconds()));
    }

    /** Errors too: the slot would wait for an untold outcome for ever. */
    static <T> void tell(CompletableFuture<T> outcome, Callable<T> work) {
        try {
            outcome.complete(work.call());
        } catch (Throwable e) {
            outcome.completeExceptionally(e);
        }
    }

    private static void cancel(Thread scan) {
        scan.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            if (!scan.join(CANCEL_TIMEOUT)) {
                LOG.warn("A cancelled scan does not end");
            }
        } catch (InterruptedException _) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void publish(
            Claim claim, ScanJob job, RequestId id, Instant started, ScanOutcome outcome)
            throws ClaimLostException, InterruptedException {
        ScanAttempt attempt = record(job, id, started, outcome);
        while (true) {
            try {
                publisher.publish(Topics.SCAN_ATTEMPTS, job.getRequest().getHost(), attempt, id);
                tell(attempt);
                return;
            } catch (RecordRefusedException e) {
                if (attempt.getPage() == null) {
                    throw e;
                }
                attempt =
                        record(
                                job,
                                id,
                                started,
                                failed(
                                        FailureType.RESOURCE_LIMIT,
                                        "The result cannot be kept: " + e.getMessage()));
            } catch (RegistryException.Refused | RegistryException.UnknownSchema e) {
                // No outcome can be told with a schema that is refused. Once the job's deadline has
                // passed, the scheduler takes the attempt for lost and decides.
                LOG.error("The outcome can never be written: {}", e.getMessage());
                keep(claim, e);
                return;
            } catch (BrokerUnavailableException | RegistryException.Unavailable e) {
                LOG.warn("The outcome cannot be written yet: {}", e.getMessage());
                Thread.sleep(PAUSE);
                claim.renew();
            }
        }
    }

    /** Keeps the job itself on ops.unreadable, so that nothing disappears in silence. */
    private void keep(Claim claim, Exception reason)
            throws ClaimLostException, InterruptedException {
        while (true) {
            try {
                reader.keep(claim.record(), reason);
                return;
            } catch (BrokerUnavailableException e) {
                LOG.warn("A job cannot be kept aside yet: {}", e.getMessage());
                Thread.sleep(PAUSE);
                claim.renew();
            }
        }
    }

    private ScanAttempt record(ScanJob job, RequestId id, Instant started, ScanOutcome outcome) {
        ScanAttempt.Builder attempt =
                ScanAttempt.newBuilder()
                        .setScanId(job.getRequest().getScanId())
                        .setRequestId(id.value())
                        .setAttempt(job.getAttempt())
                        .setWorker(identity.instance())
                        .setEngine(engine)
                        .setClient(job.getRequest().getClient())
                        .setStartedAt(started)
                        .setEndedAt(now());
        return switch (outcome) {
            case ScanOutcome.Completed(var page) -> attempt.setPage(page).build();
            case ScanOutcome.Failed(var failure) -> attempt.setFailure(failure).build();
        };
    }

    private void tell(ScanAttempt attempt) {
        Duration took = Duration.between(attempt.getStartedAt(), attempt.getEndedAt());
        Failure failure = attempt.getFailure();
        String outcome =
                failure == null ? "completed" : failure.getType().name().toLowerCase(Locale.ROOT);
        OwnMeter.SCAN_ATTEMPTS.timer(meters, "outcome", outcome).record(took);
        if (failure == null) {
            LOG.info(
                    "Attempt {} completed in {} ms with {} rules violated",
                    attempt.getAttempt(),
                    took.toMillis(),
                    attempt.getPage().getViolations().size());
        } else {
            LOG.info(
                    "Attempt {} failed in {} ms, {}: {}",
                    attempt.getAttempt(),
                    took.toMillis(),
                    outcome,
                    failure.getMessage());
        }
    }

    /** Tries again while only the broker or the registry is missing. */
    private Optional<ScanJob> read(Claim claim) throws ClaimLostException, InterruptedException {
        while (true) {
            try {
                return reader.read(claim.record());
            } catch (RegistryException.Refused | RegistryException.UnknownSchema e) {
                LOG.error("A job can never be read: {}", e.getMessage());
                keep(claim, e);
                return Optional.empty();
            } catch (BrokerUnavailableException | RegistryException.Unavailable e) {
                LOG.warn("A job cannot be read yet: {}", e.getMessage());
                Thread.sleep(PAUSE);
                claim.renew();
            }
        }
    }

    private static ScanOutcome failed(FailureType type, String message) {
        return new ScanOutcome.Failed(
                Failure.newBuilder()
                        .setType(type)
                        .setMessage(message.substring(0, Math.min(message.length(), 2_000)))
                        .build());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
