package io.stepfree.gateway.health;

import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.BreakerStatus;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the whole is: what this gateway sees itself, and what the others tell. Never asks anybody, so
 * that it answers at once whatever is down. Thread-safe.
 */
public final class SystemHealth {

    /** Without one of these no scan gets done, or nobody sees that it was. */
    private static final Set<String> ESSENTIAL =
            Set.of("broker", "database", ServiceNames.SCHEDULER, ServiceNames.WORKER);

    private static final String BROWSER = "browser";

    private final HealthBoard own;
    private final Breakers breakers;
    private final SignalBoard signals;
    private final QueueWatch queue;
    private final ServiceIdentity identity;
    private final InstantSource clock;

    /**
     * How the whole is.
     *
     * @param status the worst of what no scan can do without; degraded when something else is not
     *     as it should be
     * @param at when this was put together
     * @param components the parts
     */
    public record Overall(Status status, Instant at, List<Component> components) {}

    /** One instance of a service, as it last told; one that is silent may run no longer. */
    public record Instance(
            String service,
            String instance,
            String version,
            Instant startedAt,
            Instant heardAt,
            boolean silent,
            List<Component> components,
            List<BreakerState> breakers) {}

    /**
     * How one breaker stands.
     *
     * @param service in which service
     * @param name what it guards, as database
     * @param state closed, open, half_open or disabled
     * @param failures how many calls have failed since the service started
     * @param trips how often it has opened since then
     */
    public record BreakerState(
            String service, String instance, String name, String state, long failures, long trips) {

        static BreakerState of(ServiceIdentity identity, BreakerStatus status) {
            return new BreakerState(
                    identity.service(),
                    identity.instance(),
                    status.name(),
                    status.state().name().toLowerCase(Locale.ROOT),
                    status.failures(),
                    status.trips());
        }
    }

    /** Everything. */
    public record Detailed(
            Status status,
            String version,
            Instant startedAt,
            long uptimeSeconds,
            Instant at,
            List<Component> components,
            List<BreakerState> breakers,
            QueueState queue,
            List<Instance> services) {}

    public SystemHealth(
            HealthBoard own,
            Breakers breakers,
            SignalBoard signals,
            QueueWatch queue,
            ServiceIdentity identity,
            InstantSource clock) {
        this.own = own;
        this.breakers = breakers;
        this.signals = signals;
        this.queue = queue;
        this.identity = identity;
        this.clock = clock;
    }

    /** How the whole is. */
    public Overall overall() {
        List<Component> components = components();
        boolean stopped =
                components.stream()
                        .anyMatch(one ->
                                one.status() == Status.CRITICAL && ESSENTIAL.contains(one.name()));
        boolean well = components.stream().allMatch(one -> one.status() == Status.HEALTHY);
        Status status = stopped ? Status.CRITICAL : well ? Status.HEALTHY : Status.DEGRADED;
        return new Overall(status, clock.instant(), components);
    }

    /** Everything that is known. */
    public Detailed detailed() {
        Overall overall = overall();
        return new Detailed(
                overall.status(),
                identity.version(),
                identity.startedAt(),
                Duration.between(identity.startedAt(), clock.instant()).toSeconds(),
                overall.at(),
                overall.components(),
                breakers(),
                queue.state(),
                instances());
    }

    /** Every breaker, of this gateway and of the services that were heard. */
    public List<BreakerState> breakers() {
        var all = new ArrayList<BreakerState>();
        breakers.all().forEach(one -> all.add(BreakerState.of(identity, one)));
        signals.services().stream()
                .map(signals::lastKnown)
                .flatMap(List::stream)
                .filter(signal -> !signal.getInstance().equals(identity.instance()))
                .forEach(signal -> all.addAll(breakers(signal)));
        return all;
    }

    private List<Component> components() {
        var components = new ArrayList<Component>();
        own.all().forEach(health -> components.add(Component.of(health)));
        components.add(openBreakers());
        components.add(browser());
        ServiceNames.OTHERS.forEach(service -> components.add(service(service)));
        if (!signals.missed(ServiceNames.GATEWAY).isEmpty()) {
            components.add(service(ServiceNames.GATEWAY));
        }
        return components;
    }

    private Component openBreakers() {
        List<String> open =
                breakers().stream()
                        .filter(breaker -> breaker.state().equals("open"))
                        .map(breaker -> breaker.service() + "/" + breaker.name())
                        .toList();
        return open.isEmpty()
                ? new Component("breakers", Status.HEALTHY, "None is open.", null, clock.instant())
                : new Component(
                        "breakers",
                        Status.DEGRADED,
                        "Open: %s.".formatted(String.join(", ", open)),
                        null,
                        clock.instant());
    }

    /* As the workers tell it; whether a worker is there is told of the service. */
    private Component browser() {
        List<ServiceSignal> workers = signals.heard(ServiceNames.WORKER);
        Instant last = signals.lastHeard(ServiceNames.WORKER).orElse(null);
        long ready = workers.stream().filter(worker -> worker.getSlots() > 0).count();
        if (ready == 0) {
            return new Component(
                    BROWSER, Status.CRITICAL, "No browser can take a scan.", null, last);
        }
        var troubles = new TreeSet<String>();
        workers.stream()
                .flatMap(worker -> worker.getComponents().stream())
                .filter(one -> one.getName().equals(BROWSER))
                .map(Component::of)
                .filter(one -> one.status() != Status.HEALTHY)
                .forEach(one -> troubles.add(one.detail()));
        return new Component(
                BROWSER,
                troubles.isEmpty() ? Status.HEALTHY : Status.DEGRADED,
                troubles.isEmpty()
                        ? "Workers whose browser takes scans: %d.".formatted(ready)
                        : String.join(" ", troubles),
                null,
                last);
    }

    private Component service(String service) {
        List<ServiceSignal> heard = signals.heard(service);
        Optional<Instant> last = signals.lastHeard(service);
        if (heard.isEmpty()) {
            return new Component(
                    service,
                    Status.CRITICAL,
                    signals.last(service)
                            .map(SystemHealth::goneSince)
                            .orElse("It was never heard; start it."),
                    null,
                    last.orElse(null));
        }
        if (service.equals(ServiceNames.WORKER)
                && heard.stream().allMatch(signal -> signal.getSlots() == 0)) {
            return new Component(
                    service,
                    Status.CRITICAL,
                    "It runs, but no browser is ready to take a scan.",
                    null,
                    last.orElse(null));
        }
        var troubles = new TreeSet<String>();
        heard.forEach(signal ->
                signal.getComponents().stream()
                        .map(Component::of)
                        .filter(one -> one.status() != Status.HEALTHY)
                        .forEach(one -> troubles.add(one.name() + ": " + one.detail())));
        List<ServiceSignal> missed = signals.missed(service);
        if (!missed.isEmpty()) {
            troubles.add(
                    "%d of %d %s silent since %s."
                            .formatted(
                                    missed.size(),
                                    missed.size() + heard.size(),
                                    missed.size() == 1 ? "is" : "are",
                                    missed.getFirst().getAt()));
        }
        return new Component(
                service,
                troubles.isEmpty() ? Status.HEALTHY : Status.DEGRADED,
                troubles.isEmpty()
                        ? "Instances: %d.".formatted(heard.size())
                        : String.join(" ", troubles),
                null,
                last.orElse(null));
    }

    private static String goneSince(ServiceSignal last) {
        return (last.getStopping()
                        ? "It was stopped at %s; start it."
                        : "Nothing was heard of it since %s.")
                .formatted(last.getAt());
    }

    private List<Instance> instances() {
        var instances = new ArrayList<Instance>();
        for (String service : signals.services()) {
            for (ServiceSignal signal : signals.of(service)) {
                instances.add(
                        new Instance(
                                service,
                                signal.getInstance(),
                                signal.getVersion(),
                                signal.getStartedAt() == null
                                        ? signal.getAt()
                                        : signal.getStartedAt(),
                                signal.getAt(),
                                signals.isSilent(signal),
                                signal.getComponents().stream().map(Component::of).toList(),
                                breakers(signal)));
            }
        }
        return instances;
    }

    private static List<BreakerState> breakers(ServiceSignal signal) {
        return signal.getBreakers().stream()
                .map(one ->
                        new BreakerState(
                                signal.getService(),
                                signal.getInstance(),
                                one.getName(),
                                one.getState(),
                                one.getFailures(),
                                one.getTrips()))
                .toList();
    }
}
