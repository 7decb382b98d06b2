package io.stepfree.gateway.deadletters;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import org.slf4j.MDC;

/** Publishes orders to replay one dead letter; dlq-processor carries each out once. Thread-safe. */
public final class ReplayOrders {

    private static final String ADDRESSEE = "dlq-processor";

    private final OrderDesk desk;

    public ReplayOrders(OrderDesk desk) {
        this.desk = desk;
    }

    /**
     * Orders the replay of one dead letter; returns once the broker has the order safely.
     *
     * @return the order's id
     */
    String order(Caller by, String scanId, String reason) {
        var order =
                OperatorCommand.newBuilder().setKind(OperatorCommandKind.REPLAY).setScanId(scanId);
        try (var _ = MDC.putCloseable("scanId", scanId)) {
            return desk.give(ADDRESSEE, by, order, reason).getCommandId();
        }
    }
}
