package io.stepfree.gateway.deadletters;

import io.stepfree.gateway.admission.Purge;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes orders to keep dead letters from replays or to delete them; dlq-processor carries each
 * out once and writes down what came of it. Thread-safe.
 */
public final class KeepingOrders {

    private static final Logger LOG = LoggerFactory.getLogger(KeepingOrders.class);
    private static final String ADDRESSEE = "dlq-processor";

    /** As long as nobody has to say who they are, everybody is this one. */
    private static final String OPERATOR = "local";

    private final RecordPublisher publisher;
    private final Clock clock;
    private final ScanIds ids = new ScanIds();

    public KeepingOrders(RecordPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Orders something of one scan's dead letter; returns once the broker has the order safely.
     *
     * @param kind to quarantine, to release or to discard
     * @return the order's id
     */
    String order(OperatorCommandKind kind, String scanId, String reason) {
        return publish(OperatorCommand.newBuilder().setKind(kind).setScanId(scanId), reason);
    }

    /**
     * Orders that what the purge chooses be deleted; returns once the broker has the order safely.
     *
     * @return the order's id
     */
    String order(Purge purge) {
        return publish(
                OperatorCommand.newBuilder()
                        .setKind(OperatorCommandKind.PURGE)
                        .setFilter(purge.filter()),
                purge.reason());
    }

    private String publish(OperatorCommand.Builder order, String reason) {
        RequestId requestId = RequestContext.current().orElseGet(RequestId::create);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OperatorCommand command =
                order.setCommandId(ids.next(now).toString())
                        .setRequestId(requestId.value())
                        .setOrderedBy(OPERATOR)
                        .setReason(reason)
                        .setOrderedAt(now)
                        .build();
        publisher.publish(Topics.OPS_COMMANDS, ADDRESSEE, command, requestId);
        LOG.info("Took the order {} to {}", command.getCommandId(), command.getKind());
        return command.getCommandId();
    }
}
