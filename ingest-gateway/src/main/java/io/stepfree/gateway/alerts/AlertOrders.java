package io.stepfree.gateway.alerts;

import io.stepfree.gateway.admission.NewSilence;
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

/** Publishes orders about alerts to alert-processor. Thread-safe. */
public final class AlertOrders {

    private static final Logger log = LoggerFactory.getLogger(AlertOrders.class);
    private static final String ADDRESSEE = "alert-processor";

    /** As long as nobody has to say who they are, everybody is this one. */
    private static final String OPERATOR = "local";

    private final RecordPublisher publisher;
    private final Clock clock;
    private final ScanIds ids = new ScanIds();

    public AlertOrders(RecordPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Orders a test of every receiver; returns once the broker has the order safely. */
    OperatorCommand test(String reason) {
        return publish(
                OperatorCommand.newBuilder().setKind(OperatorCommandKind.TEST_ALERT), reason);
    }

    /** Orders a silence; returns once the broker has the order safely. */
    OperatorCommand silence(NewSilence silence) {
        return publish(
                OperatorCommand.newBuilder()
                        .setKind(OperatorCommandKind.SILENCE)
                        .setAlert(silence.alert())
                        .setUntil(
                                clock.instant()
                                        .plus(silence.time())
                                        .truncatedTo(ChronoUnit.MILLIS)),
                silence.reason());
    }

    /** Orders the end of a silence; returns once the broker has the order safely. */
    OperatorCommand endSilence(String alert) {
        return publish(
                OperatorCommand.newBuilder()
                        .setKind(OperatorCommandKind.END_SILENCE)
                        .setAlert(alert),
                "");
    }

    private OperatorCommand publish(OperatorCommand.Builder order, String reason) {
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
        log.info("Took the order {} to {}", command.getCommandId(), command.getKind());
        return command;
    }
}
