package io.stepfree.platform.recovery;

import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.schemas.ops.OperatorCommand;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the orders that every service understands: to reset a breaker and to start a part
 * anew. Each running instance does; one that does not run has nothing to reset. Thread-safe.
 */
public final class ServiceOrders implements RecordHandler<OperatorCommand> {

    private static final Logger log = LoggerFactory.getLogger(ServiceOrders.class);

    private final String service;
    private final Breakers breakers;
    private final Recoveries recoveries;

    /**
     * @param service whose orders are carried out
     */
    public ServiceOrders(String service, Breakers breakers, Recoveries recoveries) {
        this.service = service;
        this.breakers = breakers;
        this.recoveries = recoveries;
    }

    private void recover(String component, OperatorCommand order) {
        String why =
                order.getReason().isBlank()
                        ? "ordered by %s".formatted(order.getOrderedBy())
                        : "ordered by %s: %s".formatted(order.getOrderedBy(), order.getReason());
        log.info(
                "{}",
                recoveries
                        .recover(component, why)
                        .orElse("This service has no such part: " + component + "."));
    }

    @Override
    public void handle(OperatorCommand order, ConsumerRecord<byte[], byte[]> record) {
        String component = order.getComponent();
        if (component == null
                || record.key() == null
                || !service.equals(new String(record.key(), StandardCharsets.UTF_8))) {
            return;
        }
        switch (order.getKind()) {
            case RESET_BREAKER -> breakers.find(component).ifPresent(Breaker::reset);
            case RECOVER -> Recoveries.aside(() -> recover(component, order));
            default -> {
                // For whoever follows orders of its own.
            }
        }
    }
}
