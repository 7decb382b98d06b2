package io.stepfree.gateway.replays;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.gateway.admission.NewReplay;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes operators' orders about replays of many to dlq-processor, which carries each out once,
 * and remembers for a while what was ordered, so that it can be shown before dlq-processor has
 * taken it. Thread-safe.
 */
public final class ManyReplayOrders {

    private static final Logger LOG = LoggerFactory.getLogger(ManyReplayOrders.class);
    private static final String ADDRESSEE = "dlq-processor";

    /** As long as nobody has to say who they are, everybody is this one. */
    private static final String OPERATOR = "local";

    private final RecordPublisher publisher;
    private final Clock clock;
    private final Cache<String, OperatorCommand> recent;
    private final ScanIds ids = new ScanIds();

    /**
     * @param keep how long an order is remembered
     * @param atMost how many are remembered at most
     */
    public ManyReplayOrders(RecordPublisher publisher, Clock clock, Duration keep, int atMost) {
        this.publisher = publisher;
        this.clock = clock;
        this.recent = Caffeine.newBuilder().expireAfterWrite(keep).maximumSize(atMost).build();
    }

    /** Orders a replay; returns its id once the broker has the order safely. */
    String begin(NewReplay replay, RequestId requestId) {
        OperatorCommand order =
                order(OperatorCommandKind.REPLAY_MANY, replay.reason(), requestId)
                        .setPlan(replay.plan())
                        .build();
        publish(order, requestId);
        recent.put(order.getCommandId(), order);
        return order.getCommandId();
    }

    /** Orders that a replay stop; returns the order's id. */
    String stop(String replayId, String reason, RequestId requestId) {
        return speakOf(OperatorCommandKind.STOP_REPLAY, replayId, reason, requestId);
    }

    /** Orders that a stopped replay go on; returns the order's id. */
    String resume(String replayId, String reason, RequestId requestId) {
        return speakOf(OperatorCommandKind.RESUME_REPLAY, replayId, reason, requestId);
    }

    /** A replay that was ordered here not long ago. */
    Optional<OperatorCommand> find(String replayId) {
        return Optional.ofNullable(recent.getIfPresent(replayId));
    }

    private String speakOf(
            OperatorCommandKind kind, String replayId, String reason, RequestId requestId) {
        OperatorCommand order = order(kind, reason, requestId).setReplayId(replayId).build();
        publish(order, requestId);
        return order.getCommandId();
    }

    private OperatorCommand.Builder order(
            OperatorCommandKind kind, String reason, RequestId requestId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return OperatorCommand.newBuilder()
                .setCommandId(ids.next(now).toString())
                .setRequestId(requestId.value())
                .setKind(kind)
                .setOrderedBy(OPERATOR)
                .setReason(reason)
                .setOrderedAt(now);
    }

    private void publish(OperatorCommand order, RequestId requestId) {
        publisher.publish(Topics.OPS_COMMANDS, ADDRESSEE, order, requestId);
        LOG.info("Took the order {}: {}", order.getCommandId(), order.getKind());
    }
}
