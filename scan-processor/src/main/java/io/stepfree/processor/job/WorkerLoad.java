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

    private final int size;
    private final Supplier<Map<String, Double>> gauges;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger joined = new AtomicInteger();

    /**
     * @param size how many scans this worker can make at once when all is well
     * @param gauges further measurements by meter name
     */
    public WorkerLoad(int size, Supplier<Map<String, Double>> gauges) {
        this.size = size;
        this.gauges = gauges;
    }

    /**
     * The slots that have a browser and are in the share group; without either no job gets done.
     */
    @Override
    public int slots() {
        return joined.get();
    }

    @Override
    public int inFlight() {
        return busy.get();
    }

    @Override
    public Map<String, Double> gauges() {
        return gauges.get();
    }

    /** How many slots there are to be. */
    int size() {
        return size;
    }

    void joined() {
        joined.incrementAndGet();
    }

    void left() {
        joined.decrementAndGet();
    }

    void began() {
        busy.incrementAndGet();
    }

    void ended() {
        busy.decrementAndGet();
    }
}
