package io.stepfree.processor.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Resolves the names of one scan, each of them once: what was judged for the first request holds
 * for the last, however short-lived the name server's answers are. A few at a time, so that a page
 * full of slow names does not take the threads of other scans. Thread-safe; never blocks.
 */
final class NameLookup {

    private static final int AT_ONCE = 4;
    private static final int MOST_NAMES = 2_000;

    private final NameResolver resolver;
    private final ExecutorService threads;
    private final Duration timeout;
    private final Map<String, CompletableFuture<InetAddress[]>> answers = new HashMap<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    /**
     * @param timeout how long one name may take, the wait for a thread included
     */
    NameLookup(NameResolver resolver, ExecutorService threads, Duration timeout) {
        this.resolver = resolver;
        this.threads = threads;
        this.timeout = timeout;
    }

    /**
     * The addresses of a name. Fails with {@link UnknownHostException}, or with {@link
     * java.util.concurrent.TimeoutException}.
     */
    synchronized CompletableFuture<InetAddress[]> resolve(String host) {
        CompletableFuture<InetAddress[]> known = answers.get(host);
        if (known != null) {
            return known;
        }
        if (answers.size() >= MOST_NAMES) {
            return CompletableFuture.failedFuture(
                    new UnknownHostException("the page asks for too many host names"));
        }
        var answer = new CompletableFuture<InetAddress[]>();
        answers.put(host, answer);
        waiting.add(() -> lookUp(host, answer));
        startNext();
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void startNext() {
        while (running < AT_ONCE && !waiting.isEmpty()) {
            Runnable next = waiting.remove();
            running++;
            try {
                threads.execute(next);
            } catch (RejectedExecutionException _) {
                // The worker is stopping, and its scans with it.
                waiting.clear();
            }
        }
    }

    private void lookUp(String host, CompletableFuture<InetAddress[]> answer) {
        try {
            if (!answer.isDone()) {
                answer.complete(resolver.resolve(host));
            }
        } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            synchronized (this) {
                running--;
            }
            startNext();
        }
    }
}
