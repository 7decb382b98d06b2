package io.stepfree.alerts.sample;

import io.stepfree.schemas.ops.OperatorCommand;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator ordered.
 *
 * @param kind what to do
 * @param id the order's own id
 * @param alert the incident or measurement it speaks of, or {@code *}; empty with a test
 * @param untilMillis when a silence ends, in milliseconds since the epoch; 0 without one
 * @param by who ordered it
 * @param reason why, in the operator's words
 */
public record OrderSample(
        Kind kind, String id, String alert, long untilMillis, String by, String reason)
        implements Sample {

    /** The addressee of orders to this service: their key on {@code ops.commands}. */
    public static final String ADDRESSEE = "alert-processor";

    public enum Kind {
        TEST,
        SILENCE,
        END_SILENCE
    }

    /** Empty for an order that is not for this service, or that does not say what it needs. */
    public static Optional<Sample> of(@Nullable String addressee, OperatorCommand order) {
        if (!ADDRESSEE.equals(addressee)) {
            return Optional.empty();
        }
        return switch (order.getKind()) {
            case TEST_ALERT -> Optional.of(sample(Kind.TEST, order, "", Instant.EPOCH));
            case SILENCE ->
                    order.getAlert() == null || order.getUntil() == null
                            ? Optional.empty()
                            : Optional.of(
                                    sample(
                                            Kind.SILENCE,
                                            order,
                                            order.getAlert(),
                                            order.getUntil()));
            case END_SILENCE ->
                    order.getAlert() == null
                            ? Optional.empty()
                            : Optional.of(
                                    sample(
                                            Kind.END_SILENCE,
                                            order,
                                            order.getAlert(),
                                            Instant.EPOCH));
            default -> Optional.empty();
        };
    }

    private static OrderSample sample(
            Kind kind, OperatorCommand order, String alert, Instant until) {
        return new OrderSample(
                kind,
                order.getCommandId(),
                alert,
                until.toEpochMilli(),
                order.getOrderedBy(),
                order.getReason());
    }
}
