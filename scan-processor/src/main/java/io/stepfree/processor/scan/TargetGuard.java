package io.stepfree.processor.scan;

import io.stepfree.processor.egress.Obstacle;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.util.List;
import java.util.Optional;

/** Says in a scan's words what its way out refused. */
public final class TargetGuard {

    private static final int MOST_NAMED = 5;

    private TargetGuard() {}

    /**
     * Judges an address before it is visited; blocks while the name is resolved, at most until the
     * deadline.
     */
    static Optional<Failure> judge(ScanEgress egress, String url, Deadline deadline)
            throws InterruptedException {
        return egress.check(url, deadline.left()).map(obstacle -> failure(url, obstacle));
    }

    /** Why an address that was asked for did not get out, if it did not. */
    static Optional<Failure> failure(ScanEgress egress, String url) {
        return egress.obstacle(url).map(obstacle -> failure(url, obstacle));
    }

    /** What a failure to visit an address is called. */
    public static Failure failure(String url, Obstacle obstacle) {
        String shown = Text.cut(url, 1_000);
        return switch (obstacle.kind()) {
            case UNSAFE_TARGET ->
                    Failures.of(
                            FailureType.UNSAFE_TARGET,
                            "%s was not visited: %s".formatted(shown, obstacle.reason()));
            case UNKNOWN_HOST -> Failures.of(FailureType.DNS, capitalised(obstacle));
            case RESOLVE_TIMEOUT -> Failures.of(FailureType.TIMEOUT, capitalised(obstacle));
            case CONNECT ->
                    Failures.of(
                            FailureType.NAVIGATION,
                            "%s could not be loaded: %s".formatted(shown, obstacle.reason()));
            case LIMIT -> exceeded(obstacle);
        };
    }

    static Failure exceeded(Obstacle obstacle) {
        return Failures.of(
                FailureType.RESOURCE_LIMIT, "The scan was cut off: " + obstacle.reason());
    }

    /**
     * What the way out refused, as a warning.
     *
     * @throws ScanFailedException when a limit was exceeded, so that parts of the page are missing
     */
    static List<String> refusals(ScanEgress egress) throws ScanFailedException {
        Optional<Obstacle> exceeded = egress.exceeded();
        if (exceeded.isPresent()) {
            throw new ScanFailedException(exceeded(exceeded.get()));
        }
        int refusals = egress.refusals();
        if (refusals == 0) {
            return List.of();
        }
        List<String> targets = egress.refusedTargets();
        return List.of(
                "%d %s that may not be visited %s refused: %s%s"
                        .formatted(
                                refusals,
                                refusals == 1 ? "request to an address" : "requests to addresses",
                                refusals == 1 ? "was" : "were",
                                Text.cut(
                                        String.join(
                                                ", ",
                                                targets.subList(
                                                        0, Math.min(MOST_NAMED, targets.size()))),
                                        1_000),
                                targets.size() > MOST_NAMED
                                        ? " and %d more".formatted(targets.size() - MOST_NAMED)
                                        : ""));
    }

    private static String capitalised(Obstacle obstacle) {
        String reason = obstacle.reason();
        return Character.toUpperCase(reason.charAt(0)) + reason.substring(1);
    }
}
