package io.stepfree.standalone.client;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Many scans in one request, from their submission to their end. For one thread. */
public final class BulkRound {

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofSeconds(5);

    /** How long the gateway may stay away before we give up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** After how long without any change a word is said. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final GatewayClient gateway;

    /** Under one key, so that a try of which nothing was heard is the same as the next one. */
    private final String key = UUID.randomUUID().toString();

    /** How many scans the batch had before. */
    private long before;

    /** How many it will have at least. */
    private long expected;

    public BulkRound(GatewayClient gateway) {
        this.gateway = gateway;
    }

    /** Notes what is in a batch already, so that it is waited for what comes to it. */
    public void note(String batch) {
        before = gateway.batch(batch).map(BatchView::accepted).orElse(0L);
    }

    /**
     * Submits them, again and again while the gateway cannot take them.
     *
     * @param batch the batch that they are to be part of; null for a new one
     * @param again is told in one sentence before each further try
     * @throws UnreachableException when there is no gateway, or it could not for a minute
     */
    public BulkView submit(BulkBody body, @Nullable String batch, Consumer<String> again)
            throws InterruptedException {
        long started = System.nanoTime();
        boolean first = true;
        while (true) {
            try {
                BulkView taken = gateway.bulk(body, batch, key);
                expected = before + taken.accepted();
                return taken;
            } catch (UnreachableException e) {
                if ((first && isNotThere(e)) || System.nanoTime() - started > PATIENCE.toNanos()) {
                    throw e;
                }
                first = false;
                again.accept("%s Trying again.".formatted(e.getMessage()));
                Thread.sleep(BEFORE_ANOTHER_TRY);
            }
        }
    }

    private static boolean isNotThere(UnreachableException e) {
        return e.getCause() instanceof ConnectException
                || e.getCause() instanceof HttpConnectTimeoutException;
    }

    /**
     * Waits until every scan of the batch has ended. Every scan ends by itself, so there is no
     * limit to the wait but the patience with a gateway that does not answer.
     *
     * @param taken what {@link #submit} gave, with a batch
     * @param progress is told how it stands, again and again
     * @param stillWaiting is told in one sentence when nothing has changed for half a minute, and
     *     after each further one
     * @return how it ended
     */
    public BatchView await(
            BulkView taken, Consumer<BatchView> progress, Consumer<String> stillWaiting)
            throws InterruptedException {
        String batch = Objects.requireNonNull(taken.batch(), "nothing was accepted");
        long heard = System.nanoTime();
        long moved = heard;
        String standing = "";
        while (true) {
            try {
                var found = gateway.batch(batch);
                heard = System.nanoTime();
                if (found.isPresent()) {
                    BatchView view = found.get();
                    if (!view.standing().equals(standing)) {
                        standing = view.standing();
                        moved = heard;
                    }
                    progress.accept(view);
                    if (view.accepted() >= expected && view.status().equals("ended")) {
                        return view;
                    }
                }
            } catch (UnreachableException e) {
                if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw e;
                }
            }
            if (System.nanoTime() - moved > SILENCE.toNanos()) {
                moved = System.nanoTime();
                stillWaiting.accept(
                        "Still waiting (%s), see ./stepfree status --server %s"
                                .formatted(
                                        standing.isEmpty() ? "not yet known" : standing,
                                        gateway.server()));
            }
            Thread.sleep(PAUSE);
        }
    }
}
