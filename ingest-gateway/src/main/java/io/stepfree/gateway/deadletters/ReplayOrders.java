package io.stepfree.gateway.deadletters;

import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Publishes operators' orders to dlq-processor, which carries each out once. Thread-safe. */
public final class ReplayOrders {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayOrders.class);
    private static final String ADDRESSEE = "dlq-processor";

    /** As long as nobody has to say who they are, everybody is this one. */
    private static final String OPERATOR = "local";

    private final RecordPublisher publisher;
    private final Clock clock;
    private final ScanIds ids = new ScanIds();

    public ReplayOrders(RecordPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Orders the replay of one dead letter; returns once the broker has the order safely.
     *
     * @return the order's id
     */
    String order(String scanId, String reason, RequestId requestId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String commandId = ids.next(now).toString();
        OperatorCommand command =
                OperatorCommand.newBuilder()
                        .setCommandId(commandId)
                        .setRequestId(requestId.value())
                        .setKind(OperatorCommandKind.REPLAY)
                        .setScanId(scanId)
                        .setOrderedBy(OPERATOR)
                        .setReason(reason)
                        .setOrderedAt(now)
                        .build();
        try (var _ = MDC.putCloseable("scanId", scanId)) {
            publisher.publish(Topics.OPS_COMMANDS, ADDRESSEE, command, requestId);
            LOG.info("Took the order {} to replay a dead letter", commandId);
        }
        return commandId;
    }
}
