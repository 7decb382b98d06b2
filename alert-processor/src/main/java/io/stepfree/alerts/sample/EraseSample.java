package io.stepfree.alerts.sample;

import io.stepfree.platform.erasure.Erasure;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.schemas.ops.OperatorCommand;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's data are to be erased.
 *
 * @param client whose
 * @param momentMillis what was submitted then or before, in milliseconds since the epoch
 */
public record EraseSample(String client, long momentMillis) implements Sample {

    /** Empty for any other order. */
    public static Optional<Sample> of(@Nullable String addressee, OperatorCommand order) {
        Erasure asked = ErasureOrders.asked(order);
        return asked == null || !ErasureOrders.ADDRESSEE.equals(addressee)
                ? Optional.empty()
                : Optional.of(new EraseSample(asked.client(), asked.moment().toEpochMilli()));
    }
}
