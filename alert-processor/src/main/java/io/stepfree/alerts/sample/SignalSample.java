package io.stepfree.alerts.sample;

import io.stepfree.schemas.ops.ServiceSignal;
import java.util.Map;

/**
 * How one service instance says it is.
 *
 * @param service the service, as {@code scan-processor}
 * @param instance the instance
 * @param slots how many scans it can make at once
 * @param gauges what it measured, by meter name
 */
public record SignalSample(String service, String instance, int slots, Map<String, Double> gauges)
        implements Sample {

    public SignalSample {
        gauges = Map.copyOf(gauges);
    }

    public static Sample of(ServiceSignal signal) {
        return new SignalSample(
                signal.getService(), signal.getInstance(), signal.getSlots(), signal.getGauges());
    }
}
