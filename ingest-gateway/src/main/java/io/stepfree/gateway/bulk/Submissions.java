package io.stepfree.gateway.bulk;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does many submissions, several at once. After the first that fails no more is begun; those under
 * way are waited for. For one thread, which waits while as many are under way as may be.
 */
final class Submissions implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    /**
     * @param atOnce how many may be under way
     */
    Submissions(int atOnce) {
        this.places = new Semaphore(atOnce);
    }

    /** Begins one more, unless one has failed. */
    void add(Runnable submission) {
        places.acquireUninterruptibly();
        if (failure.get() != null) {
            places.release();
            return;
        }
        threads.execute(() -> {
            try {
                submission.run();
                done.incrementAndGet();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            } finally {
                places.release();
            }
        });
    }

    /** Whether no more is begun. */
    boolean failed() {
        return failure.get() != null;
    }

    /** How many have ended well; all of them, once this is closed. */
    int done() {
        return done.get();
    }

    /** Why the first that failed did. */
    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Waits for those that are under way. */
    @Override
    public void close() {
        threads.close();
    }
}
