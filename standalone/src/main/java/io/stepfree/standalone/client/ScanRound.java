package io.stepfree.standalone.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Some scans from their submission to their end. For one thread. */
public final class ScanRound {

    private static final Duration PAUSE = Duration.ofMillis(150);

    /** How long the gateway may stay away before we give up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final GatewayClient gateway;
    private final List<String> order = new ArrayList<>();
    private final Map<String, ScanView> ended = new LinkedHashMap<>();

    public ScanRound(GatewayClient gateway) {
        this.gateway = gateway;
    }

    /** Submits one more; throws what {@link GatewayClient#submit} throws. */
    public void submit(NewScan scan) {
        order.add(gateway.submit(scan));
    }

    /**
     * Waits until every scan has ended: has its report, or has failed for good. Every scan ends by
     * itself, so there is no limit to the wait but the patience with a gateway that does not
     * answer.
     *
     * @param progress is told of each that has ended
     * @param trouble is asked again and again, and throws when there is no sense in waiting on
     * @return all, in the order in which they were submitted
     */
    public List<ScanView> await(Consumer<ScanView> progress, Runnable trouble)
            throws InterruptedException {
        var heard = System.nanoTime();
        while (ended.size() < order.size()) {
            Thread.sleep(PAUSE);
            trouble.run();
            try {
                look(progress);
                heard = System.nanoTime();
            } catch (UnreachableException e) {
                if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw e;
                }
            }
        }
        return order.stream().map(id -> Objects.requireNonNull(ended.get(id))).toList();
    }

    private void look(Consumer<ScanView> progress) {
        for (var id : order) {
            if (ended.containsKey(id)) {
                continue;
            }
            var scan = gateway.scan(id);
            if (scan.ended()) {
                ended.put(id, scan);
                progress.accept(scan);
            }
        }
    }
}
