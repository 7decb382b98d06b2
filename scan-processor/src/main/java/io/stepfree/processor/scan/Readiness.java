package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.schemas.scan.ScanOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits until a loaded page is ready to be looked at, by the condition that the client chose. For
 * one scan and one thread.
 */
final class Readiness {

    private static final Duration QUIET = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** A page that never becomes quiet is scanned as it is after this, and says so. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final PageHand hand;
    private final PageWatch watch;
    private final Deadline deadline;

    Readiness(PageHand hand, PageWatch watch, Deadline deadline) {
        this.hand = hand;
        this.watch = watch;
        this.deadline = deadline;
    }

    /**
     * Returns a warning when the condition was not met and the page is worth a look all the same.
     */
    Optional<String> await(ScanOptions options)
            throws CdpException, ScanFailedException, InterruptedException {
        return switch (options.getWaitFor()) {
            case LOAD -> Optional.empty();
            case NETWORK_QUIET ->
                    awaitQuiet(watch::networkQuietFor)
                            ? Optional.empty()
                            : Optional.of(
                                    "The page never stopped loading; it was scanned as it was after %d s"
                                            .formatted(PATIENCE.toSeconds()));
            case DOM_STABLE ->
                    awaitQuiet(hand::stillFor)
                            ? Optional.empty()
                            : Optional.of(
                                    "The page never stopped changing; it was scanned as it was after %d s"
                                            .formatted(PATIENCE.toSeconds()));
            case SELECTOR -> {
                hand.awaitShown(
                        options.getWaitSelector(),
                        "options.waitSelector",
                        deadline.left().dividedBy(2));
                yield Optional.empty();
            }
        };
    }

    @FunctionalInterface
    private interface Quiet {
        Duration lasted() throws CdpException, ScanFailedException, InterruptedException;
    }

    private boolean awaitQuiet(Quiet quiet)
            throws CdpException, ScanFailedException, InterruptedException {
        Deadline patience = deadline.within(deadline.left().dividedBy(2)).within(PATIENCE);
        while (quiet.lasted().compareTo(QUIET) < 0) {
            if (patience.hasPassed()) {
                return false;
            }
            Thread.sleep(patience.within(LOOK_AGAIN).left());
        }
        return true;
    }
}
