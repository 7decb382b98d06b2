package io.stepfree.standalone.machine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;

/**
 * Starts parts side by side. Whoever waits is told of the first failure at once, also of a part it
 * does not wait for, instead of when the slowest has given up. Thread-safe.
 */
final class Starts {

    /** What starts one part and blocks until it is ready. */
    interface Step {
        void run() throws Exception;
    }

    private final CompletableFuture<Void> firstFailure = new CompletableFuture<>();

    /** Begins one part on a thread of its own. */
    CompletableFuture<Void> begin(String name, Step step) {
        var done = new CompletableFuture<Void>();
        Thread.ofPlatform().name("start-" + name).daemon().start(() -> run(name, step, done));
        return done;
    }

    /** Begins one part as soon as another is ready. */
    CompletableFuture<Void> beginAfter(CompletableFuture<Void> before, String name, Step step) {
        return before.thenCompose(_ -> begin(name, step));
    }

    /** A part that was running has ended. */
    void fail(String sentence) {
        firstFailure.completeExceptionally(new MachineException(sentence));
    }

    /**
     * Blocks until all of these are ready; throws {@link MachineException} at the first failure of
     * any part.
     */
    void await(CompletableFuture<?>... parts) {
        try {
            CompletableFuture.anyOf(CompletableFuture.allOf(parts), firstFailure).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof MachineException known
                    ? known
                    : new MachineException(
                            "The machine cannot start (%s).".formatted(e.getCause()), e);
        }
    }

    private void run(String name, Step step, CompletableFuture<Void> done) {
        var begun = System.nanoTime();
        try {
            step.run();
            LoggerFactory.getLogger(Starts.class)
                    .info("{} is ready after {} ms", name, (System.nanoTime() - begun) / 1_000_000);
            done.complete(null);
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            firstFailure.completeExceptionally(e);
            done.completeExceptionally(e);
        }
    }
}
