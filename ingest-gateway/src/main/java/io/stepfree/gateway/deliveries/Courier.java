package io.stepfree.gateway.deliveries;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.callbacks.WebhookSecrets;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.secret.SecretsUnreadableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the deliveries that are due, several at once. Each is made at least once and under the same
 * id: a gateway that dies between the answer and its note makes another one try again. While the
 * database is away nothing is begun. Thread-safe.
 */
final class Courier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Courier.class);

    /** A name may take this long to be looked up beside the time that the receiver has. */
    private static final Duration LOOK_UP = Duration.ofSeconds(60);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(12);
    private static final int GONE = 410;

    private final DeliveryQueue queue;
    private final WebhookSecrets secrets;
    private final CallbackPost post;
    private final CallbackProperties properties;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Semaphore places;
    private final Semaphore news = new Semaphore(0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean closed;
    private @Nullable Thread loop;

    Courier(
            DeliveryQueue queue,
            WebhookSecrets secrets,
            CallbackPost post,
            CallbackProperties properties,
            MeterRegistry meters,
            InstantSource clock) {
        this.queue = queue;
        this.secrets = secrets;
        this.post = post;
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        this.places = new Semaphore(properties.atOnce());
    }

    void start() {
        loop = Thread.ofVirtual().name("callback-courier").start(this::run);
    }

    /** There is something to be made now. */
    void wake() {
        news.release();
    }

    private void run() {
        boolean away = false;
        while (!closed) {
            boolean begun = false;
            try {
                begun = begin();
                away = false;
            } catch (RuntimeException e) {
                if (away) {
                    log.debug("still no deliveries: {}", e.toString());
                } else {
                    log.warn("No callbacks are made until the database answers: {}", firstLine(e));
                }
                away = true;
            }
            if (!begun) {
                rest();
            }
        }
    }

    /** Whether there may be more at once. */
    private boolean begin() {
        int free = places.availablePermits();
        if (free == 0) {
            return false;
        }
        List<Parcel> parcels =
                queue.lend(free, properties.perClient(), properties.timeout().plus(LOOK_UP));
        for (Parcel parcel : parcels) {
            places.acquireUninterruptibly();
            threads.execute(() -> {
                try {
                    make(parcel);
                } catch (RuntimeException e) {
                    // Lent until then, it is tried again afterwards.
                    log.warn(
                            "What came of the callback {} could not be noted: {}",
                            parcel.id(),
                            firstLine(e));
                } finally {
                    places.release();
                    wake();
                }
            });
        }
        return !parcels.isEmpty();
    }

    private void rest() {
        try {
            if (news.tryAcquire(properties.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void make(Parcel parcel) {
        List<String> live;
        try {
            live = secrets.live(parcel.client());
        } catch (SecretsUnreadableException e) {
            failed(parcel, null, "cannot be signed: %s".formatted(e.getMessage()));
            return;
        }
        if (live.isEmpty()) {
            dead(
                    parcel,
                    null,
                    "cannot be signed: there is no webhook secret any more; make one, and retry");
            return;
        }
        var headers = Signature.headers(live, parcel.id(), clock.instant(), parcel.body());
        switch (post.send(parcel.url(), headers, parcel.body())) {
            case CallbackPost.Outcome.Answered(int status) -> answered(parcel, status);
            case CallbackPost.Outcome.Refused(String reason) ->
                    dead(parcel, null, "may not be told: %s".formatted(reason));
            case CallbackPost.Outcome.Failed(String reason) -> failed(parcel, null, reason);
        }
    }

    private void answered(Parcel parcel, int status) {
        if (status >= 200 && status < 300) {
            queue.delivered(parcel, status);
            count("delivered");
        } else if (status == GONE) {
            dead(parcel, status, "answered 410: it wants to be told no more");
        } else {
            failed(
                    parcel,
                    status,
                    status >= 300 && status < 400
                            ? "answered %d, and no redirect is followed".formatted(status)
                            : "answered %d".formatted(status));
        }
    }

    private void failed(Parcel parcel, @Nullable Integer status, String error) {
        if (parcel.attempt() >= properties.attempts()) {
            dead(parcel, status, error);
        } else {
            queue.later(parcel, wait(parcel.attempt()), status, error);
            count("failed");
        }
    }

    private void dead(Parcel parcel, @Nullable Integer status, String error) {
        queue.dead(parcel, status, error);
        count("dead");
        log.info("The callback {} of {} is dead: {}", parcel.id(), parcel.client(), error);
    }

    private Duration wait(int attempt) {
        double longest = properties.longestDelay().toMillis();
        double wait = Math.min(longest, properties.delay().toMillis() * Math.pow(3, attempt - 1.0));
        return Duration.ofMillis(
                Math.round(wait * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }

    private void count(String outcome) {
        OwnMeter.GATEWAY_CALLBACKS.counter(meters, "outcome", outcome).increment();
    }

    private static String firstLine(RuntimeException e) {
        return e.toString().lines().findFirst().orElse("");
    }

    /** Begins nothing more, and waits for what is under way. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            // Before its threads are, because what it has just been lent needs one.
            Thread running = loop;
            if (running != null) {
                running.join(STOP_LIMIT);
            }
            threads.shutdown();
            if (!threads.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("Callbacks are still being made; others will make them again");
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        post.close();
    }
}
