package io.stepfree.gateway.orders;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.publish.GuardedPublisher;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes operators' orders to the service that each is for. Thread-safe. */
public final class OrderDesk {

    private static final Logger log = LoggerFactory.getLogger(OrderDesk.class);

    private final GuardedPublisher publisher;
    private final Clock clock;
    private final ScanIds ids = new ScanIds();

    public OrderDesk(GuardedPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** The moment that an order given now would have. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Gives an order; returns once the broker has it safely.
     *
     * @param addressee the service that carries it out
     * @param by who orders it
     * @param order what to do; who ordered it, when, why and under which id is added
     * @return the whole order
     * @throws io.stepfree.platform.kafka.BrokerUnavailableException when it could not be published
     */
    public OperatorCommand give(
            String addressee, Caller by, OperatorCommand.Builder order, String reason) {
        RequestId requestId = RequestContext.current().orElseGet(RequestId::create);
        Instant now = now();
        OperatorCommand command =
                order.setCommandId(ids.next(now).toString())
                        .setRequestId(requestId.value())
                        .setOrderedBy(by.name())
                        .setReason(reason)
                        .setOrderedAt(now)
                        .build();
        publisher.publish(Topics.OPS_COMMANDS, addressee, command, requestId);
        log.info(
                "Took the order {} of {} to {}",
                command.getCommandId(),
                by.name(),
                command.getKind());
        return command;
    }
}
