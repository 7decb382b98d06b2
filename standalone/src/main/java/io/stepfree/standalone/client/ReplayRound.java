package io.stepfree.standalone.client;

import java.time.Duration;
import java.util.function.Consumer;

/** A replay of many from its order to its end. For one thread. */
public final class ReplayRound {

    private static final Duration PAUSE = Duration.ofMillis(300);

    /** How long the gateway may stay away, or not know the replay, before we give up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** After how long without any change a word is said. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final int NOT_FOUND = 404;

    private final GatewayClient gateway;
    private final String id;

    public ReplayRound(GatewayClient gateway, String id) {
        this.gateway = gateway;
        this.id = id;
    }

    /**
     * Waits until the replay has ended or stopped.
     *
     * @param progress is told how it stands, again and again
     * @param stillWaiting is told in one sentence when nothing has changed for half a minute, and
     *     after each further one
     * @return how it ended
     */
    public ReplayView await(Consumer<ReplayView> progress, Consumer<String> stillWaiting)
            throws InterruptedException {
        long heard = System.nanoTime();
        long moved = heard;
        String standing = "";
        while (true) {
            try {
                var replay = gateway.replayOfMany(id);
                heard = System.nanoTime();
                if (!replay.standing().equals(standing)) {
                    standing = replay.standing();
                    moved = heard;
                }
                progress.accept(replay);
                if (!replay.goesOn()) {
                    return replay;
                }
            } catch (UnreachableException e) {
                giveUpAfterPatience(heard, e);
            } catch (RefusedException e) {
                if (e.status() != NOT_FOUND) {
                    throw e;
                }
                // A gateway that has restarted knows the order only once it was taken.
                giveUpAfterPatience(heard, e);
            }
            if (System.nanoTime() - moved > SILENCE.toNanos()) {
                moved = System.nanoTime();
                stillWaiting.accept(
                        "Still waiting (%s)."
                                .formatted(standing.isEmpty() ? "no answer" : standing));
            }
            Thread.sleep(PAUSE);
        }
    }

    private static void giveUpAfterPatience(long heard, RuntimeException failure) {
        if (System.nanoTime() - heard > PATIENCE.toNanos()) {
            throw failure;
        }
    }
}
