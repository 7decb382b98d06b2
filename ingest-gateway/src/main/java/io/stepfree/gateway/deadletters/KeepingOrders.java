package io.stepfree.gateway.deadletters;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.Purge;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;

/**
 * Publishes orders to keep dead letters from replays or to delete them; dlq-processor carries each
 * out once and writes down what came of it. Thread-safe.
 */
public final class KeepingOrders {

    private static final String ADDRESSEE = "dlq-processor";

    private final OrderDesk desk;

    public KeepingOrders(OrderDesk desk) {
        this.desk = desk;
    }

    /**
     * Orders something of one scan's dead letter; returns once the broker has the order safely.
     *
     * @param kind to quarantine, to release or to discard
     * @return the order's id
     */
    String order(Caller by, OperatorCommandKind kind, String scanId, String reason) {
        return publish(by, OperatorCommand.newBuilder().setKind(kind).setScanId(scanId), reason);
    }

    /**
     * Orders that what the purge chooses be deleted; returns once the broker has the order safely.
     *
     * @return the order's id
     */
    String order(Caller by, Purge purge) {
        return publish(
                by,
                OperatorCommand.newBuilder()
                        .setKind(OperatorCommandKind.PURGE)
                        .setFilter(purge.filter()),
                purge.reason());
    }

    private String publish(Caller by, OperatorCommand.Builder order, String reason) {
        return desk.give(ADDRESSEE, by, order, reason).getCommandId();
    }
}
