package io.stepfree.gateway.health;

import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last signal of every service instance, followed on {@code ops.signals} from its beginning and
 * kept in memory: it can be read also while the broker is away. Thread-safe.
 */
public final class SignalBoard {

    /** An instance that was not heard for so long is silent: five of its signals are missing. */
    static final Duration SILENT = Duration.ofSeconds(10);

    /**
     * An instance that was silent for so long is forgotten, if its service has others: one that was
     * taken away on purpose is missed no longer than that.
     */
    static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Map<String, ServiceSignal> signals = new HashMap<>();

    public SignalBoard(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes note of a signal. */
    public synchronized void hear(ServiceSignal signal) {
        ServiceSignal known = signals.get(signal.getInstance());
        if (known == null || !signal.getAt().isBefore(known.getAt())) {
            signals.put(signal.getInstance(), signal);
        }
        forgetOld(signal.getService());
    }

    /** The last signal of each instance of a service, the newest first, silent ones too. */
    public synchronized List<ServiceSignal> of(String service) {
        return signals.values().stream()
                .filter(signal -> signal.getService().equals(service))
                .sorted(Comparator.comparing(ServiceSignal::getAt).reversed())
                .toList();
    }

    /** The instances of a service that were heard lately. */
    public List<ServiceSignal> heard(String service) {
        return of(service).stream().filter(signal -> !isSilent(signal)).toList();
    }

    /**
     * The instances of a service that were heard lately; when none was, the one that was heard
     * last.
     */
    public List<ServiceSignal> lastKnown(String service) {
        List<ServiceSignal> heard = heard(service);
        return heard.isEmpty() ? of(service).stream().limit(1).toList() : heard;
    }

    /**
     * The instances of a service that are silent beside others that are not, the first to fall
     * silent first. One whose place was taken is not among them: each instance that has started
     * since then takes the place of one.
     */
    public List<ServiceSignal> missed(String service) {
        List<ServiceSignal> all = of(service);
        List<ServiceSignal> heard = all.stream().filter(signal -> !isSilent(signal)).toList();
        if (heard.isEmpty()) {
            return List.of();
        }
        var missed = new ArrayList<>(all.reversed());
        missed.removeIf(heard::contains);
        heard.stream()
                .map(SignalBoard::startOf)
                .sorted()
                .forEach(start -> {
                    if (!missed.isEmpty() && missed.getFirst().getAt().isBefore(start)) {
                        missed.removeFirst();
                    }
                });
        return missed;
    }

    /* What was built before it told when it was started has not started lately. */
    private static Instant startOf(ServiceSignal signal) {
        Instant start = signal.getStartedAt();
        return start == null ? Instant.EPOCH : start;
    }

    /** Every service that was ever heard, by name. */
    public synchronized List<String> services() {
        return signals.values().stream()
                .map(ServiceSignal::getService)
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether an instance has not been heard for longer than it should be silent. */
    public boolean isSilent(ServiceSignal signal) {
        return signal.getAt().plus(SILENT).isBefore(clock.instant());
    }

    /** When a service was last heard. */
    public Optional<Instant> lastHeard(String service) {
        return of(service).stream().findFirst().map(ServiceSignal::getAt);
    }

    private void forgetOld(String service) {
        Instant oldest = clock.instant().minus(FORGOTTEN);
        Optional<Instant> newest = lastHeard(service);
        signals.values()
                .removeIf(signal ->
                        signal.getService().equals(service)
                                && signal.getAt().isBefore(oldest)
                                && !newest.map(signal.getAt()::equals).orElse(false));
    }
}
