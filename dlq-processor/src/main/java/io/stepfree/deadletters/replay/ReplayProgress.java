package io.stepfree.deadletters.replay;

import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * Takes a replay one step on: hands on the next dead letter, judges the canary, or ends it. Works
 * inside the caller's transaction, which holds the lock on the replay.
 */
final class ReplayProgress {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final ReplayRows rows;
    private final ReplayChoice choice;
    private final Handover handover;
    private final ReplayLimits limits;

    ReplayProgress(ReplayRows rows, ReplayChoice choice, Handover handover, ReplayLimits limits) {
        this.rows = rows;
        this.choice = choice;
        this.handover = handover;
        this.limits = limits;
    }

    void step(Handle handle, Replay replay) {
        switch (replay.state()) {
            case CHOOSING -> choice.make(handle, replay);
            case CANARY -> sendCanary(handle, replay);
            case WAITING_FOR_CANARY -> judgeCanary(handle, replay);
            case RUNNING -> send(handle, replay);
            case STOPPED, COMPLETED, FAILED, DRY_RUN -> {
                // Nothing is to be done.
            }
        }
    }

    private void sendCanary(Handle handle, Replay replay) {
        boolean gone =
                rows.counts(handle, replay.id()).published() >= replay.canarySize()
                        || !sendNext(handle, replay);
        if (gone) {
            rows.move(handle, replay.id(), ReplayState.WAITING_FOR_CANARY, limits.canaryPatience());
        }
    }

    /** As soon as the verdict is sure, however many ends are still missing. */
    private void judgeCanary(Handle handle, Replay replay) {
        ReplayCounts counts = rows.counts(handle, replay.id());
        ReadablePlan.Canary canary = replay.plan().canary();
        double share = canary == null ? 0 : canary.success();
        int needed = (int) Math.ceil(share * counts.published() - 1e-9);
        if (counts.completed() >= needed) {
            rows.canary(handle, replay.id(), "passed");
            rows.move(handle, replay.id(), ReplayState.RUNNING, null);
        } else if (counts.completed() + counts.underWay() < needed) {
            rows.canary(handle, replay.id(), "failed");
            halt(
                    handle,
                    replay,
                    "The canary failed: %d of %d completed, and %d are needed. The rest stays dead; resume the replay to send it all the same."
                            .formatted(counts.completed(), counts.published(), needed));
        } else if (replay.overdue()) {
            rows.canary(handle, replay.id(), "overdue");
            halt(
                    handle,
                    replay,
                    "The canary is not decided: within %s only %d of %d ended, and %d completed of the %d needed. The rest stays dead; resume the replay to send it all the same."
                            .formatted(
                                    words(limits.canaryPatience()),
                                    counts.published() - counts.underWay(),
                                    counts.published(),
                                    counts.completed(),
                                    needed));
        } else {
            rows.lookAgainIn(handle, replay.id(), LOOK_AGAIN);
        }
    }

    private void halt(Handle handle, Replay replay, String sentence) {
        rows.step(handle, replay.id(), ReplayStep.stoppedByCanary(sentence));
        rows.end(handle, replay.id(), ReplayState.STOPPED, sentence);
    }

    private void send(Handle handle, Replay replay) {
        if (sendNext(handle, replay)) {
            return;
        }
        ReplayCounts counts = rows.counts(handle, replay.id());
        if (counts.underWay() == 0 || replay.overdue()) {
            rows.end(handle, replay.id(), ReplayState.COMPLETED, ending(counts));
        } else {
            rows.waitForEnds(handle, replay.id(), limits.endPatience());
            rows.lookAgainIn(handle, replay.id(), LOOK_AGAIN);
        }
    }

    /** Whether there was one more to deal with. */
    private boolean sendNext(Handle handle, Replay replay) {
        return rows.nextItem(handle, replay.id())
                .map(item -> {
                    var errand = new Handover.Errand(replay.id(), replay.orderedAt(), true);
                    handover.handOn(handle, item.scanId(), item.replays(), errand)
                            .ifPresentOrElse(
                                    reason -> rows.leftAlone(handle, replay, item, reason),
                                    () -> rows.went(handle, replay, item));
                    return item;
                })
                .isPresent();
    }

    private String ending(ReplayCounts counts) {
        var sentence =
                new StringBuilder(
                        "%d went: %d completed, %d died again, %d cancelled"
                                .formatted(
                                        counts.published(),
                                        counts.completed(),
                                        counts.diedAgain(),
                                        counts.cancelled()));
        if (counts.underWay() > 0) {
            sentence.append(
                    ", and of %d nothing was heard within %s"
                            .formatted(counts.underWay(), words(limits.endPatience())));
        }
        if (counts.leftAlone() > 0) {
            sentence.append(
                    "; %d are left alone (%s)".formatted(counts.leftAlone(), counts.reasons()));
        }
        return sentence.append('.').toString();
    }

    private static String words(Duration duration) {
        if (duration.toSeconds() % 3600 == 0) {
            return duration.toHours() + " h";
        }
        return duration.toSeconds() % 60 == 0
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " s";
    }
}
