package io.stepfree.processor.job;

import io.stepfree.platform.signal.SignalSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How busy this worker is; the scheduler hands out about as many jobs as there are free slots.
 * Thread-safe.
 */
public final class WorkerLoad implements SignalSource {

    private final int slots;
    private final Supplier<Map<String, Double>> gauges;
    private final AtomicInteger busy = new AtomicInteger();

    /**
     * @param slots how many scans this worker can make at once
     * @param gauges further measurements by meter name
     */
    public WorkerLoad(int slots, Supplier<Map<String, Double>> gauges) {
        this.slots = slots;
        this.gauges = gauges;
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public int inFlight() {
        return busy.get();
    }

    @Override
    public Map<String, Double> gauges() {
        return gauges.get();
    }

    void began() {
        busy.incrementAndGet();
    }

    void ended() {
        busy.decrementAndGet();
    }
}
