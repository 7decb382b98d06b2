package io.stepfree.gateway.replays;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.NewReplay;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import java.time.Duration;
import java.util.Optional;

/**
 * Publishes operators' orders about replays of many to dlq-processor, which carries each out once,
 * and remembers for a while what was ordered, so that it can be shown before dlq-processor has
 * taken it. Thread-safe.
 */
public final class ManyReplayOrders {

    private static final String ADDRESSEE = "dlq-processor";

    private final OrderDesk desk;
    private final Cache<String, OperatorCommand> recent;

    /**
     * @param keep how long an order is remembered
     * @param atMost how many are remembered at most
     */
    public ManyReplayOrders(OrderDesk desk, Duration keep, int atMost) {
        this.desk = desk;
        this.recent = Caffeine.newBuilder().expireAfterWrite(keep).maximumSize(atMost).build();
    }

    /** Orders a replay; returns its id once the broker has the order safely. */
    String begin(Caller by, NewReplay replay) {
        OperatorCommand order =
                desk.give(
                        ADDRESSEE,
                        by,
                        OperatorCommand.newBuilder()
                                .setKind(OperatorCommandKind.REPLAY_MANY)
                                .setPlan(replay.plan()),
                        replay.reason());
        recent.put(order.getCommandId(), order);
        return order.getCommandId();
    }

    /** Orders that a replay stop; returns the order's id. */
    String stop(Caller by, String replayId, String reason) {
        return speakOf(by, OperatorCommandKind.STOP_REPLAY, replayId, reason);
    }

    /** Orders that a stopped replay go on; returns the order's id. */
    String resume(Caller by, String replayId, String reason) {
        return speakOf(by, OperatorCommandKind.RESUME_REPLAY, replayId, reason);
    }

    /** A replay that was ordered here not long ago. */
    Optional<OperatorCommand> find(String replayId) {
        return Optional.ofNullable(recent.getIfPresent(replayId));
    }

    private String speakOf(Caller by, OperatorCommandKind kind, String replayId, String reason) {
        return desk.give(
                        ADDRESSEE,
                        by,
                        OperatorCommand.newBuilder().setKind(kind).setReplayId(replayId),
                        reason)
                .getCommandId();
    }
}
