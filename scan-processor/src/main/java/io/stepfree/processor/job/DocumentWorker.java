package io.stepfree.processor.job;

import io.stepfree.platform.kafka.BrokerUnavailableException;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.RecordReader;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.processor.job.Claims.Claim;
import io.stepfree.processor.site.SiteReader;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteFetch;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads documents of sites beside the scans, a few at once, a thread and a member of the share
 * group each. Each is told before it is acknowledged, so that a worker that dies leaves it to
 * another one; the parts of a document that are told twice are known by their numbers.
 */
public final class DocumentWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentWorker.class);
    private static final int READERS = 2;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(5);

    private final ScanGroup group;
    private final RecordReader<SiteFetch> reader;
    private final RecordPublisher publisher;
    private final SiteReader documents;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /**
     * @param clientSettings how to reach the broker
     */
    public DocumentWorker(
            Map<String, Object> clientSettings,
            RecordReader<SiteFetch> reader,
            RecordPublisher publisher,
            SiteReader documents) {
        this.group = ScanGroup.ofDocuments(clientSettings);
        this.reader = reader;
        this.publisher = publisher;
        this.documents = documents;
    }

    /** Begins to take documents as soon as the broker is there. */
    public void start() {
        running = true;
        // The group must be set up before its first member joins.
        launch(1, this::runFirst);
    }

    /** Takes no further document, and leaves the one at hand to another worker. */
    @Override
    public void close() {
        running = false;
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(LEAVE_TIMEOUT);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void launch(int number, Runnable work) {
        Thread thread = Thread.ofPlatform().name("site-reader-" + number).unstarted(work);
        threads.add(thread);
        thread.start();
    }

    private void runFirst() {
        try {
            group.configure();
        } catch (InterruptedException _) {
            return;
        }
        for (int number = 2; number <= READERS && running; number++) {
            launch(number, this::run);
        }
        run();
    }

    private void run() {
        while (running) {
            try (var claims = new Claims(group.join())) {
                while (running) {
                    Optional<Claim> claim = claims.take(PAUSE);
                    if (claim.isPresent()) {
                        work(claim.get());
                    }
                }
            } catch (InterruptedException | InterruptException _) {
                return;
            } catch (ClaimLostException e) {
                LOG.warn("A document was dropped, it comes back by itself: {}", e.getMessage());
            } catch (KafkaException e) {
                LOG.warn("No document can be taken, trying again: {}", e.getMessage());
                pause();
            } catch (RuntimeException | Error e) {
                LOG.error("A reader failed in a way that should not happen; it goes on", e);
                pause();
            }
        }
    }

    private void work(Claim claim) throws ClaimLostException, InterruptedException {
        Optional<SiteFetch> fetch = patiently(claim, () -> reader.read(claim.record()));
        if (fetch.isPresent() && Instant.now().isBefore(fetch.get().getDeadline())) {
            RequestId id =
                    RequestId.from(claim.record().headers())
                            .orElseGet(() -> RequestId.saneOr(fetch.get().getRequestId()));
            try {
                RequestContext.<Exception>run(id, () -> read(claim, fetch.get(), id));
            } catch (ClaimLostException | InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("reading throws nothing else", e);
            }
        }
        claim.accept();
    }

    private void read(Claim claim, SiteFetch fetch, RequestId id)
            throws ClaimLostException, InterruptedException {
        // A whole lock's time, which is longer than reading takes.
        claim.renew();
        List<SiteDocument> parts =
                claim.deliveries() >= ScanGroup.DELIVERY_LIMIT - 1
                        // Before the broker drops it in silence.
                        ? List.of(lost(claim, fetch))
                        : documents.read(fetch);
        claim.renew();
        for (SiteDocument part : parts) {
            patiently(
                    claim,
                    () ->
                            Optional.of(
                                    publisher.publish(
                                            Topics.SITE_DOCUMENTS, fetch.getSiteId(), part, id)));
        }
        LOG.info(
                "Read {} {}: {}",
                fetch.getKind(),
                fetch.getUrl(),
                parts.getLast().getFailure() == null
                        ? parts.size() + " parts"
                        : parts.getLast().getFailure().getMessage());
    }

    private static SiteDocument lost(Claim claim, SiteFetch fetch) {
        return SiteReader.failed(
                fetch,
                Failure.newBuilder()
                        .setType(FailureType.LOST)
                        .setMessage(
                                "%d workers took %s and none finished it"
                                        .formatted(claim.deliveries() - 1, fetch.getUrl()))
                        .build());
    }

    /** Tries again while only the broker or the registry is missing. */
    private static <T> T patiently(Claim claim, Supplier<T> work)
            throws ClaimLostException, InterruptedException {
        while (true) {
            try {
                return work.get();
            } catch (BrokerUnavailableException | RegistryException.Unavailable e) {
                LOG.warn("A document cannot be dealt with yet: {}", e.getMessage());
                Thread.sleep(PAUSE);
                claim.renew();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            running = false;
        }
    }
}
