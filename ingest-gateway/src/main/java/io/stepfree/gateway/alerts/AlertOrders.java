package io.stepfree.gateway.alerts;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.NewSilence;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;

/** Publishes orders about alerts to alert-processor. Thread-safe. */
public final class AlertOrders {

    private static final String ADDRESSEE = "alert-processor";

    private final OrderDesk desk;

    public AlertOrders(OrderDesk desk) {
        this.desk = desk;
    }

    /** Orders a test of every receiver; returns once the broker has the order safely. */
    OperatorCommand test(Caller by, String reason) {
        return desk.give(
                ADDRESSEE,
                by,
                OperatorCommand.newBuilder().setKind(OperatorCommandKind.TEST_ALERT),
                reason);
    }

    /** Orders a silence; returns once the broker has the order safely. */
    OperatorCommand silence(Caller by, NewSilence silence) {
        return desk.give(
                ADDRESSEE,
                by,
                OperatorCommand.newBuilder()
                        .setKind(OperatorCommandKind.SILENCE)
                        .setAlert(silence.alert())
                        .setUntil(desk.now().plus(silence.time())),
                silence.reason());
    }

    /** Orders the end of a silence; returns once the broker has the order safely. */
    OperatorCommand endSilence(Caller by, String alert) {
        return desk.give(
                ADDRESSEE,
                by,
                OperatorCommand.newBuilder()
                        .setKind(OperatorCommandKind.END_SILENCE)
                        .setAlert(alert),
                "");
    }
}
