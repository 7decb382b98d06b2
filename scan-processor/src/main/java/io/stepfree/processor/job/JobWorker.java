package io.stepfree.processor.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.RecordReader;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.processor.browser.BrowserStartException;
import io.stepfree.processor.scan.PageScanner;
import io.stepfree.schemas.scan.ScanJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the slots of this worker, a thread and a member of the share group each. A browser that does
 * not start or a broker that is down is waited for: no job is taken meanwhile. Thread-safe.
 */
public final class JobWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Together with the cancelling of a scan and the leaving of the group at most 10 s. */
    private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(5);

    private final ScanGroup group;
    private final RecordReader<ScanJob> reader;
    private final RecordPublisher publisher;
    private final PageScanner scanner;
    private final ServiceIdentity identity;
    private final WorkerLoad load;
    private final MeterRegistry meters;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /**
     * @param clientSettings how to reach the broker
     */
    public JobWorker(
            Map<String, Object> clientSettings,
            RecordReader<ScanJob> reader,
            RecordPublisher publisher,
            PageScanner scanner,
            ServiceIdentity identity,
            WorkerLoad load,
            MeterRegistry meters) {
        this.group = ScanGroup.ofScans(clientSettings);
        this.reader = reader;
        this.publisher = publisher;
        this.scanner = scanner;
        this.identity = identity;
        this.load = load;
        this.meters = meters;
        OwnMeter.WORKER_SLOTS.gauge(meters, load, WorkerLoad::slots);
        OwnMeter.WORKER_BUSY.gauge(meters, load, WorkerLoad::inFlight);
    }

    /**
     * Begins to take jobs as soon as the broker is there. Returns once a browser runs: one that
     * does not start now will not start later either, while one that dies later is replaced.
     *
     * @throws CannotStartException when no browser starts
     */
    public void start() {
        try {
            scanner.prepare();
        } catch (BrowserStartException e) {
            throw new CannotStartException(e.getMessage() + "; " + e.cure(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStartException("The start was interrupted", e);
        }
        running = true;
        Thread first = thread(1);
        threads.add(first);
        first.start();
    }

    /**
     * Takes no further job; gives running scans 5 s to end, then cancels them, so that others get
     * their jobs.
     */
    @Override
    public void close() {
        running = false;
        join(FINISH_TIMEOUT);
        threads.forEach(Thread::interrupt);
        join(LEAVE_TIMEOUT);
    }

    private Thread thread(int number) {
        return Thread.ofPlatform()
                .name("scan-slot-" + number)
                .unstarted(number == 1 ? this::runFirst : this::run);
    }

    /**
     * The group must be set up before its first member joins, so the first slot does it and starts
     * the others.
     */
    private void runFirst() {
        try {
            group.configure();
        } catch (InterruptedException _) {
            return;
        }
        for (int number = 2; number <= load.size() && running; number++) {
            Thread thread = thread(number);
            threads.add(thread);
            thread.start();
        }
        run();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (running) {
            try {
                scanner.prepare();
                try (var claims = new Claims(group.join())) {
                    load.joined();
                    try {
                        var slot =
                                new JobSlot(
                                        claims,
                                        reader,
                                        publisher,
                                        scanner::scan,
                                        identity,
                                        scanner.engine(),
                                        load,
                                        meters,
                                        JobSlot.GRACE);
                        while (running) {
                            // A job taken without a browser would only be a failed attempt.
                            scanner.prepare();
                            slot.work();
                            pause = FIRST_PAUSE;
                        }
                    } finally {
                        load.left();
                    }
                }
            } catch (InterruptedException | InterruptException _) {
                return;
            } catch (ClaimLostException _) {
                // The slot has told it with the request that it belongs to; join the group anew.
            } catch (BrowserStartException | KafkaException e) {
                LOG.warn(
                        "No job can be taken, trying again in {} ms: {}",
                        pause.toMillis(),
                        e.getMessage());
                pause = waitLonger(pause);
            } catch (RuntimeException | Error e) {
                LOG.error("A slot failed in a way that should not happen; it goes on", e);
                pause = waitLonger(pause);
            }
        }
    }

    private Duration waitLonger(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException _) {
            running = false;
        }
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    private void join(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
