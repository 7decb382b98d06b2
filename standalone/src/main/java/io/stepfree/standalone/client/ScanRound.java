package io.stepfree.standalone.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Some scans from their submission to their end. For one thread. */
public final class ScanRound {

    private static final Duration PAUSE = Duration.ofMillis(150);

    /** How long the gateway may stay away before we give up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** After how long without any change a word is said. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** The answer for a scan that the gateway accepted and has not yet read back. */
    private static final int NOT_FOUND = 404;

    private final GatewayClient gateway;
    private final Duration silence;
    private final List<String> order = new ArrayList<>();
    private final Map<String, ScanView> ended = new LinkedHashMap<>();

    /** How each stood when it was last looked at, in words. */
    private final Map<String, String> standing = new LinkedHashMap<>();

    private long moved;

    public ScanRound(GatewayClient gateway) {
        this(gateway, SILENCE);
    }

    ScanRound(GatewayClient gateway, Duration silence) {
        this.gateway = gateway;
        this.silence = silence;
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
     * @param stillWaiting is told in one sentence when nothing has changed for half a minute, and
     *     after each further one
     * @param trouble is asked again and again, and throws when there is no sense in waiting on
     * @return all, in the order in which they were submitted
     */
    public List<ScanView> await(
            Consumer<ScanView> progress, Consumer<String> stillWaiting, Runnable trouble)
            throws InterruptedException {
        var heard = System.nanoTime();
        moved = heard;
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
            if (System.nanoTime() - moved > silence.toNanos() && ended.size() < order.size()) {
                stillWaiting.accept(sentence());
                moved = System.nanoTime();
            }
        }
        return order.stream().map(id -> Objects.requireNonNull(ended.get(id))).toList();
    }

    private void look(Consumer<ScanView> progress) {
        for (var id : order) {
            if (ended.containsKey(id)) {
                continue;
            }
            ScanView scan;
            try {
                scan = gateway.scan(id);
            } catch (RefusedException e) {
                if (e.status() != NOT_FOUND) {
                    throw e;
                }
                stands(id, "not yet known");
                continue;
            }
            stands(
                    id,
                    scan.attempt() > 1
                            ? "%s, attempt %d".formatted(scan.status(), scan.attempt())
                            : scan.status());
            if (scan.ended()) {
                ended.put(id, scan);
                standing.remove(id);
                progress.accept(scan);
            }
        }
    }

    private void stands(String id, String words) {
        if (!words.equals(standing.put(id, words))) {
            moved = System.nanoTime();
        }
    }

    private String sentence() {
        var counts = new TreeMap<String, Integer>();
        standing.values().forEach(words -> counts.merge(words, 1, Integer::sum));
        var states =
                counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining("; "));
        return "Still waiting for %d of %d (%s), see ./stepfree status --server %s"
                .formatted(
                        order.size() - ended.size(),
                        order.size(),
                        states.isEmpty() ? "no answer" : states,
                        gateway.server());
    }
}
