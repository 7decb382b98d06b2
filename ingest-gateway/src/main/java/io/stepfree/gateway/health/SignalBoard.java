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
     * An instance that was silent for so long is forgotten, if its service has others: one that
     * could not say that it stops is missed no longer than that.
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

    /**
     * The last signal of each instance of a service, the newest first, silent ones too. One that
     * has said that it stops is among them only when all have: then the last of them alone.
     */
    public List<ServiceSignal> of(String service) {
        List<ServiceSignal> all = all(service);
        List<ServiceSignal> there = all.stream().filter(signal -> !signal.getStopping()).toList();
        return there.isEmpty() ? all.stream().limit(1).toList() : there;
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
     * The instances of a service that are silent beside others that are not, without having said
     * that they stop, the first to fall silent first. One whose place was taken is not among them:
     * each instance that has started since then takes the place of one, of one that has stopped
     * before that of one that is missed.
     */
    public List<ServiceSignal> missed(String service) {
        List<ServiceSignal> all = all(service);
        if (all.stream().allMatch(this::isSilent)) {
            return List.of();
        }
        var gone =
                new ArrayList<>(
                        all.stream()
                                .filter(this::isSilent)
                                .sorted(
                                        Comparator.comparing(
                                                        (ServiceSignal one) -> !one.getStopping())
                                                .thenComparing(ServiceSignal::getAt))
                                .toList());
        all.stream()
                .map(SignalBoard::startOf)
                .sorted()
                .forEach(start ->
                        gone.stream()
                                .filter(one -> one.getAt().isBefore(start))
                                .findFirst()
                                .ifPresent(gone::remove));
        gone.removeIf(ServiceSignal::getStopping);
        return gone;
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

    /** Whether an instance has stopped, or was not heard for longer than it should be silent. */
    public boolean isSilent(ServiceSignal signal) {
        return signal.getStopping() || signal.getAt().plus(SILENT).isBefore(clock.instant());
    }

    /** When a service was last heard. */
    public Optional<Instant> lastHeard(String service) {
        return last(service).map(ServiceSignal::getAt);
    }

    /** What was heard of a service last, be it that it stops. */
    public Optional<ServiceSignal> last(String service) {
        return all(service).stream().findFirst();
    }

    private synchronized List<ServiceSignal> all(String service) {
        return signals.values().stream()
                .filter(signal -> signal.getService().equals(service))
                .sorted(Comparator.comparing(ServiceSignal::getAt).reversed())
                .toList();
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
