package io.stepfree.gateway.monitoring;

import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that is waited for no longer than an answer may take; it goes on when it takes longer. */
final class Promptly {

    /** An answer is promised within a second, and something has to be left for the way. */
    static final Duration LONGEST = Duration.ofMillis(700);

    private Promptly() {}

    /** Begins the work on a thread of its own, for the request that this thread works for. */
    static <T> CompletableFuture<T> begin(Callable<T> work) {
        RequestId id = RequestContext.current().orElseGet(RequestId::create);
        var done = new CompletableFuture<T>();
        Thread.ofVirtual()
                .name("monitoring")
                .start(() ->
                        RequestContext.<RuntimeException>run(
                                id,
                                () -> {
                                    try {
                                        done.complete(work.call());
                                    } catch (Exception | LinkageError e) {
                                        done.completeExceptionally(e);
                                    }
                                }));
        return done;
    }

    /**
     * The outcome of the work.
     *
     * @throws TimeoutException when there is none in time
     * @throws ExecutionException with what the work has thrown
     */
    static <T> T await(CompletableFuture<T> work)
            throws TimeoutException, ExecutionException, InterruptedException {
        return await(work, LONGEST);
    }

    /** Like {@link #await(CompletableFuture)}, for another time. */
    static <T> T await(CompletableFuture<T> work, Duration longest)
            throws TimeoutException, ExecutionException, InterruptedException {
        return work.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
}
