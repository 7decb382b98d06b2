package io.stepfree.scheduler.choice;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.HostPace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a host may be visited now. Additive increase, multiplicative decrease, as TCP does
 * (RFC 5681): a host that answers 429 or 503 or times out is trusted with half as many scans at
 * once, down to pauses of many seconds between two; each scan that completes gives a quarter back,
 * up to the limit. A host that names a time (Retry-After, RFC 9110, 10.2.3) is left alone for it.
 *
 * <p>The pace outlives a restart; how many are out is told anew by whoever opens the store. For one
 * thread.
 */
final class HostGates {

    private static final double LEAST = 1.0 / 16;
    private static final double STEP_UP = 0.25;
    private static final Duration PAUSE_AT_ONE = Duration.ofSeconds(1);
    private static final Duration FORGET = Duration.ofHours(1);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final KeyValueStore<String, HostPace> paces;
    private final HostLimits limits;
    private final Map<String, Gate> gates = new HashMap<>();

    /** What is known of a host that is or was visited. */
    private static final class Gate {
        int out;
        double allowed;
        Instant lastDispatch = Instant.EPOCH;
        Instant lastDecrease = Instant.EPOCH;
        Instant quietUntil = Instant.EPOCH;
    }

    HostGates(KeyValueStore<String, HostPace> paces, HostLimits limits) {
        this.paces = paces;
        this.limits = limits;
        try (var rows = paces.all()) {
            while (rows.hasNext()) {
                var row = rows.next();
                Gate gate = gate(row.key);
                gate.allowed = Math.min(row.value.getAllowed(), limits.atOnce());
                Instant quiet = row.value.getQuietUntil();
                gate.quietUntil = quiet == null ? Instant.EPOCH : quiet;
            }
        }
    }

    boolean open(String host, Instant now) {
        Gate gate = gates.get(host);
        if (gate != null) {
            clamp(gate, now);
        }
        return gate == null
                || (gate.out < Math.max(1, (int) gate.allowed)
                        && !now.isBefore(gate.lastDispatch.plus(pause(gate)))
                        && !now.isBefore(gate.quietUntil));
    }

    /**
     * When a host that must not be visited now may be, if nothing but time passes; the far future
     * while as many are out as may be.
     */
    Instant opensAt(String host) {
        Gate gate = gates.get(host);
        if (gate == null) {
            return Instant.EPOCH;
        }
        if (gate.out >= Math.max(1, (int) gate.allowed)) {
            return Instant.MAX;
        }
        Instant paused = gate.lastDispatch.plus(pause(gate));
        return paused.isAfter(gate.quietUntil) ? paused : gate.quietUntil;
    }

    /* Our clock may have been set back; a host is not to be left alone for that long. */
    private void clamp(Gate gate, Instant now) {
        gate.lastDispatch = earlier(gate.lastDispatch, now);
        gate.lastDecrease = earlier(gate.lastDecrease, now);
        gate.quietUntil = earlier(gate.quietUntil, now.plus(limits.longestQuiet()));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Duration pause(Gate gate) {
        if (gate.allowed >= 1) {
            return limits.gap();
        }
        Duration base = limits.gap().compareTo(PAUSE_AT_ONE) > 0 ? limits.gap() : PAUSE_AT_ONE;
        return Duration.ofMillis(Math.round(base.toMillis() / gate.allowed));
    }

    void sent(String host, Instant now) {
        Gate gate = gate(host);
        gate.out++;
        gate.lastDispatch = now;
    }

    /** One that was out is back, or was found to be out when the store was opened. */
    void returned(String host) {
        gate(host).out--;
    }

    void outAtStart(String host) {
        gate(host).out++;
    }

    void completed(String host) {
        Gate gate = gates.get(host);
        if (gate != null && gate.allowed < limits.atOnce()) {
            gate.allowed = Math.min(limits.atOnce(), gate.allowed + STEP_UP);
            keep(host, gate);
        }
    }

    /**
     * Slows down when the failure says that the host has too much to do. One that began before the
     * last slowing down tells nothing new.
     */
    void failed(String host, Failure failure, Instant startedAt, Instant now) {
        if (!isOverloaded(failure)) {
            return;
        }
        Gate gate = gate(host);
        if (startedAt.isAfter(gate.lastDecrease)) {
            gate.allowed = Math.max(LEAST, gate.allowed / 2);
            gate.lastDecrease = now;
        }
        Long asked = failure.getRetryAfterMillis();
        if (asked != null && asked > 0) {
            long longest = limits.longestQuiet().toMillis();
            Instant until = now.plusMillis(Math.min(asked, longest));
            gate.quietUntil = until.isAfter(gate.quietUntil) ? until : gate.quietUntil;
        }
        keep(host, gate);
    }

    private static boolean isOverloaded(Failure failure) {
        Integer status = failure.getHttpStatus();
        return failure.getType() == FailureType.TIMEOUT
                || failure.getRetryAfterMillis() != null
                || (status != null
                        && (status == TOO_MANY_REQUESTS || status == SERVICE_UNAVAILABLE));
    }

    /** Forgets hosts that have not been visited for an hour and are not to be left alone. */
    void forgetOld(Instant now) {
        var old = new ArrayList<String>();
        gates.forEach((host, gate) -> {
            Instant since =
                    gate.lastDispatch.isAfter(gate.quietUntil)
                            ? gate.lastDispatch
                            : gate.quietUntil;
            if (gate.out == 0 && since.plus(FORGET).isBefore(now)) {
                old.add(host);
            }
        });
        for (String host : old) {
            gates.remove(host);
            paces.delete(host);
        }
    }

    private void keep(String host, Gate gate) {
        @Nullable Instant quiet = gate.quietUntil.equals(Instant.EPOCH) ? null : gate.quietUntil;
        if (quiet == null && gate.allowed >= limits.atOnce()) {
            paces.delete(host);
        } else {
            paces.put(
                    host,
                    HostPace.newBuilder().setAllowed(gate.allowed).setQuietUntil(quiet).build());
        }
    }

    private Gate gate(String host) {
        return gates.computeIfAbsent(
                host,
                _ -> {
                    var fresh = new Gate();
                    fresh.allowed = limits.atOnce();
                    return fresh;
                });
    }
}
