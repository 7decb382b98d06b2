package io.stepfree.alerts.sample;

import io.stepfree.schemas.ops.BreakerHealth;
import io.stepfree.schemas.ops.ServiceSignal;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one service instance says it is.
 *
 * @param service the service, as {@code scan-processor}
 * @param instance the instance
 * @param slots how many scans it can make at once
 * @param gauges what it measured, by meter name
 * @param breakers whether each of its breakers is open, by name; null in a sample of an earlier
 *     version
 */
public record SignalSample(
        String service,
        String instance,
        int slots,
        Map<String, Double> gauges,
        @Nullable Map<String, Boolean> breakers)
        implements Sample {

    public SignalSample {
        gauges = Map.copyOf(gauges);
        breakers = breakers == null ? Map.of() : Map.copyOf(breakers);
    }

    public static Sample of(ServiceSignal signal) {
        return new SignalSample(
                signal.getService(),
                signal.getInstance(),
                signal.getSlots(),
                signal.getGauges(),
                signal.getBreakers().stream()
                        .collect(
                                Collectors.toMap(
                                        BreakerHealth::getName,
                                        breaker -> breaker.getState().equals("open"),
                                        Boolean::logicalOr)));
    }
}
