package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.topic.OutsideTopicException;
import io.stepfree.schemas.registry.RegistryException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Chooses which dead letters a replay takes, all in the caller's transaction. A dry run is the very
 * same choice, undone afterwards, so that it tells what would go and nothing else.
 */
final class ReplayChoice {

    private static final String BEFORE = "before_the_choice";

    private final ReplayRows rows;
    private final SpanReader spans;
    private final ReplayLimits limits;

    ReplayChoice(ReplayRows rows, SpanReader spans, ReplayLimits limits) {
        this.rows = rows;
        this.spans = spans;
        this.limits = limits;
    }

    /** Chooses, and moves the replay on to where it begins or ends. */
    void make(Handle handle, Replay replay) {
        Optional<String> fault = replay.plan().fault();
        if (fault.isPresent()) {
            fail(handle, replay, fault.get());
            return;
        }
        handle.savepoint(BEFORE);
        try {
            choose(handle, replay);
        } catch (OutsideTopicException | RegistryException.Refused e) {
            handle.rollbackToSavepoint(BEFORE);
            fail(handle, replay, String.valueOf(e.getMessage()));
            return;
        }
        ReplayCounts counts = rows.counts(handle, replay.id());
        if (replay.plan().dryRun()) {
            String sample = rows.sample(handle, replay.id());
            handle.rollbackToSavepoint(BEFORE);
            rows.leftAloneWithoutItem(handle, replay.id(), counts.skipped());
            rows.sampled(handle, replay.id(), sample);
            rows.chosen(handle, replay.id(), counts.chosen());
            rows.end(handle, replay.id(), ReplayState.DRY_RUN, told(replay.plan(), counts));
            return;
        }
        rows.chosen(handle, replay.id(), counts.chosen());
        begin(handle, replay, counts);
    }

    private void choose(Handle handle, Replay replay) {
        ReadablePlan plan = replay.plan();
        if (plan.filter() != null) {
            rows.choose(handle, replay.id(), ReadablePlan.order(plan.filter()));
        } else if (plan.span() != null) {
            int undecodable = spans.choose(handle, replay.id(), plan.span());
            if (undecodable > 0) {
                rows.leftAloneWithoutItem(
                        handle, replay.id(), Map.of(LeftAlone.UNDECODABLE.word(), undecodable));
            }
        }
        Claims.take(handle, replay.id(), limits.guard());
    }

    private void begin(Handle handle, Replay replay, ReplayCounts counts) {
        ReadablePlan.Canary canary = replay.plan().canary();
        if (counts.waiting() == 0) {
            rows.end(handle, replay.id(), ReplayState.COMPLETED, nothing(replay.plan(), counts));
        } else if (canary == null) {
            rows.move(handle, replay.id(), ReplayState.RUNNING, null);
        } else {
            int size = Math.max(1, (int) Math.ceil(canary.share() * counts.waiting()));
            rows.putCanaryFirst(handle, replay.id(), size);
            rows.move(handle, replay.id(), ReplayState.CANARY, null);
        }
    }

    private void fail(Handle handle, Replay replay, String why) {
        rows.end(handle, replay.id(), ReplayState.FAILED, "Nothing went: %s.".formatted(why));
    }

    private static String nothing(ReadablePlan plan, ReplayCounts counts) {
        if (counts.chosen() > 0) {
            return "Nothing went: all %d that were chosen are left alone (%s)."
                    .formatted(counts.chosen(), counts.reasons());
        }
        return plan.span() != null
                ? "Nothing went: there is no dead letter on that stretch of the topic."
                : "Nothing went: the filter matches no dead letter that could be replayed.";
    }

    private static String told(ReadablePlan plan, ReplayCounts counts) {
        if (counts.waiting() == 0) {
            return nothing(plan, counts).replaceFirst("Nothing went", "Nothing would go");
        }
        String sentence =
                "%d would go, in %s at %s a second"
                        .formatted(
                                counts.waiting(),
                                about(counts.waiting() / plan.rate()),
                                plan.rate());
        return counts.leftAlone() == 0
                ? sentence + "."
                : "%s; %d are left alone (%s)."
                        .formatted(sentence, counts.leftAlone(), counts.reasons());
    }

    private static String about(double seconds) {
        var duration = Duration.ofSeconds((long) Math.ceil(seconds));
        if (duration.toHours() > 0) {
            return "about %d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
        }
        return duration.toMinutes() > 0
                ? "about %d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart())
                : "about %d s".formatted(duration.toSeconds());
    }
}
