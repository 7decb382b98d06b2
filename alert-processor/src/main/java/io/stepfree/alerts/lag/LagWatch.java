package io.stepfree.alerts.lag;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.stepfree.alerts.signal.LatestSignals;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.signal.SignalSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Measures every ten seconds how far behind the consumers are, on a thread of its own, and tells it
 * in this service's signal and as {@code stepfree.kafka.lag}. While the broker does not answer the
 * lags are not known, and not told. Thread-safe.
 */
public final class LagWatch implements SignalSource, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LagWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Admin admin;
    private final GroupLags groups;
    private final MultiGauge gauge;
    private volatile Map<String, Long> lags = Map.of();
    private volatile @Nullable Thread thread;
    private boolean known = true;

    /**
     * @param admin a client of its own, closed with this
     */
    public LagWatch(Admin admin, MeterRegistry meters) {
        this.admin = admin;
        this.groups = new GroupLags(admin);
        this.gauge = OwnMeter.KAFKA_LAG.gauges(meters);
    }

    @Override
    public void start() {
        // Set before it runs: the loop ends when it finds no thread.
        Thread fresh = Thread.ofVirtual().name("lags").unstarted(this::loop);
        thread = fresh;
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
        admin.close(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void loop() {
        while (Thread.currentThread().equals(thread)) {
            try {
                measure();
                Thread.sleep(INTERVAL);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void measure() throws InterruptedException {
        try {
            show(groups.measure());
            if (!known) {
                log.info("the lags of the consumers are known again");
            }
            known = true;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            show(Map.of());
            if (known && thread != null) {
                log.warn("the lags of the consumers are not known: {}", e.toString());
            }
            known = false;
        }
    }

    private void show(Map<String, Long> measured) {
        lags = Map.copyOf(measured);
        gauge.register(
                measured.entrySet().stream()
                        .map(lag -> OwnMeter.KAFKA_LAG.row(lag.getValue(), "group", lag.getKey()))
                        .collect(Collectors.toList()),
                true);
    }

    @Override
    public Map<String, Double> gauges() {
        var gauges = new HashMap<String, Double>();
        lags.forEach(
                (group, lag) -> gauges.put(LatestSignals.LAG_GAUGE + group, lag.doubleValue()));
        return gauges;
    }
}
