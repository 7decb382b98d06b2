package io.stepfree.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.BreakerProperties;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.schemas.ops.ComponentHealth;
import io.stepfree.schemas.ops.HealthState;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SystemHealthTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final SignalBoard signals = new SignalBoard(() -> now);
    private final SystemHealth health =
            new SystemHealth(
                    new HealthBoard(List.of(), () -> now, _ -> {}),
                    new Breakers(
                            new BreakerProperties(true, 5, Duration.ofSeconds(30), 2, Map.of()),
                            new SimpleMeterRegistry(),
                            Clock.systemUTC()),
                    signals,
                    new QueueWatch(signals),
                    new ServiceIdentity(ServiceNames.GATEWAY, "gateway-1", "1", START),
                    () -> now);

    @BeforeEach
    void allAreHeard() {
        hearTheOthers();
        hear(ServiceNames.WORKER, "worker-1", START);
        hear(ServiceNames.WORKER, "worker-2", START);
        hear(ServiceNames.WORKER, "worker-3", START);
    }

    @Test
    void whereAllAreHeardAllIsWell() {
        assertThat(health.overall().status()).isEqualTo(Status.HEALTHY);
        assertThat(worker().detail()).isEqualTo("Instances: 3.");
    }

    @Test
    void deadWorkersAreMissedBesideALivingOne() {
        later(Duration.ofSeconds(11));
        hear(ServiceNames.WORKER, "worker-2", START);
        assertThat(worker().status()).isEqualTo(Status.DEGRADED);
        assertThat(worker().detail()).isEqualTo("2 of 3 are silent since %s.".formatted(START));
        assertThat(health.overall().status()).isEqualTo(Status.DEGRADED);
        assertThat(health.detailed().services())
                .filteredOn(one -> one.service().equals(ServiceNames.WORKER))
                .extracting(one -> one.instance() + " " + one.silent())
                .containsExactlyInAnyOrder("worker-1 true", "worker-2 false", "worker-3 true");
    }

    @Test
    void oneThatIsStartedInThePlaceOfADeadOneMakesItWellAgain() {
        later(Duration.ofSeconds(11));
        hear(ServiceNames.WORKER, "worker-2", START);
        hear(ServiceNames.WORKER, "worker-4", now);
        assertThat(worker().detail()).isEqualTo("1 of 3 is silent since %s.".formatted(START));
        hear(ServiceNames.WORKER, "worker-5", now);
        assertThat(worker().detail()).isEqualTo("Instances: 3.");
        assertThat(health.overall().status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void oneThatIsStoppedInOrderIsNotMissed() {
        signals.hear(lastWord(ServiceNames.WORKER, "worker-1", START));
        assertThat(worker().detail()).isEqualTo("Instances: 2.");
        later(Duration.ofSeconds(11));
        hear(ServiceNames.WORKER, "worker-2", START);
        hear(ServiceNames.WORKER, "worker-3", START);
        assertThat(worker().detail()).isEqualTo("Instances: 2.");
        assertThat(health.overall().status()).isEqualTo(Status.HEALTHY);
        assertThat(health.detailed().services())
                .extracting(SystemHealth.Instance::instance)
                .contains("worker-2", "worker-3")
                .doesNotContain("worker-1");
    }

    @Test
    void whatIsStoppedAndStartedAgainAndAgainMissesNobody() {
        for (int start = 1; start <= 3; start++) {
            signals.hear(lastWord(ServiceNames.ALERTS, ServiceNames.ALERTS + "-" + start, START));
            now = now.plusSeconds(1);
            hear(ServiceNames.ALERTS, ServiceNames.ALERTS + "-" + (start + 1), now);
        }
        assertThat(component(ServiceNames.ALERTS).detail()).isEqualTo("Instances: 1.");
    }

    @Test
    void oneThatWasKilledAndStartedAgainAndAgainIsNotMissed() {
        for (int start = 1; start <= 3; start++) {
            later(Duration.ofSeconds(20));
            hear(ServiceNames.GATEWAY, "gateway-" + start, now);
        }
        assertThat(health.overall().components())
                .extracting(Component::name)
                .doesNotContain(ServiceNames.GATEWAY);
    }

    @Test
    void oneThatWasKilledIsMissedAlsoWhenAnotherIsStoppedAndStartedAgain() {
        later(Duration.ofSeconds(11));
        hear(ServiceNames.WORKER, "worker-2", START);
        hear(ServiceNames.WORKER, "worker-3", START);
        assertThat(worker().detail()).isEqualTo("1 of 3 is silent since %s.".formatted(START));
        signals.hear(lastWord(ServiceNames.WORKER, "worker-3", START));
        assertThat(worker().detail()).isEqualTo("1 of 2 is silent since %s.".formatted(START));
        later(Duration.ofSeconds(2));
        hear(ServiceNames.WORKER, "worker-4", now);
        assertThat(worker().detail()).isEqualTo("1 of 3 is silent since %s.".formatted(START));
    }

    @Test
    void aServiceThatIsStoppedAsAWholeIsNamedWithItsCure() {
        signals.hear(lastWord(ServiceNames.ALERTS, ServiceNames.ALERTS + "-1", START));
        assertThat(component(ServiceNames.ALERTS).status()).isEqualTo(Status.CRITICAL);
        assertThat(component(ServiceNames.ALERTS).detail())
                .isEqualTo("It was stopped at %s; start it.".formatted(START));
        assertThat(health.overall().status()).isEqualTo(Status.DEGRADED);
    }

    @Test
    void oneThatWasTakenAwayWithoutAWordIsMissedForTenMinutes() {
        later(SignalBoard.FORGOTTEN);
        hear(ServiceNames.WORKER, "worker-1", START);
        hear(ServiceNames.WORKER, "worker-2", START);
        assertThat(worker().detail()).isEqualTo("1 of 3 is silent since %s.".formatted(START));
        later(Duration.ofSeconds(1));
        hear(ServiceNames.WORKER, "worker-1", START);
        assertThat(worker().detail()).isEqualTo("Instances: 2.");
        assertThat(health.overall().status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void aSecondGatewayThatDiedIsMissed() {
        hear(ServiceNames.GATEWAY, "gateway-1", START);
        hear(ServiceNames.GATEWAY, "gateway-2", START);
        assertThat(health.overall().components())
                .extracting(Component::name)
                .doesNotContain(ServiceNames.GATEWAY);
        later(Duration.ofSeconds(11));
        hear(ServiceNames.GATEWAY, "gateway-1", START);
        assertThat(component(ServiceNames.GATEWAY).detail())
                .isEqualTo("1 of 2 is silent since %s.".formatted(START));
    }

    @Test
    void aWorkerWhoseBrowserDoesNotComeBackIsShownAsTheBrowser() {
        assertThat(component("browser").detail())
                .isEqualTo("Workers whose browser takes scans: 3.");
        signals.hear(
                with(
                        signal(ServiceNames.WORKER, "worker-1", START),
                        "browser",
                        HealthState.DOWN,
                        "No browser runs, since noon."));
        assertThat(component("browser").status()).isEqualTo(Status.DEGRADED);
        assertThat(component("browser").detail()).isEqualTo("No browser runs, since noon.");
        later(Duration.ofSeconds(11));
        assertThat(component("browser").status()).isEqualTo(Status.CRITICAL);
    }

    @Test
    void aPartThatIsNotWellIsNamedWithTheServiceThatTellsOfIt() {
        signals.hear(
                with(
                        signal(ServiceNames.ALERTS, "alert-processor-1", START),
                        "receivers",
                        HealthState.DEGRADED,
                        "slack answered 404 no_service at noon; see stepfree.alerts.slack.webhook."));
        assertThat(component(ServiceNames.ALERTS).status()).isEqualTo(Status.DEGRADED);
        assertThat(component(ServiceNames.ALERTS).detail())
                .isEqualTo(
                        "receivers: slack answered 404 no_service at noon; see stepfree.alerts.slack.webhook.");
        assertThat(health.overall().status()).isEqualTo(Status.DEGRADED);
    }

    private Component worker() {
        return component(ServiceNames.WORKER);
    }

    private Component component(String name) {
        return health.overall().components().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void later(Duration time) {
        now = now.plus(time);
        hearTheOthers();
    }

    private void hearTheOthers() {
        ServiceNames.OTHERS.stream()
                .filter(service -> !service.equals(ServiceNames.WORKER))
                .forEach(service -> hear(service, service + "-1", START));
    }

    private void hear(String service, String instance, Instant startedAt) {
        signals.hear(signal(service, instance, startedAt));
    }

    private ServiceSignal lastWord(String service, String instance, Instant startedAt) {
        return ServiceSignal.newBuilder(signal(service, instance, startedAt))
                .setSlots(0)
                .setStopping(true)
                .build();
    }

    private ServiceSignal with(
            ServiceSignal signal, String component, HealthState state, String detail) {
        return ServiceSignal.newBuilder(signal)
                .setComponents(
                        List.of(
                                ComponentHealth.newBuilder()
                                        .setName(component)
                                        .setState(state)
                                        .setDetail(detail)
                                        .setLatencySeconds(null)
                                        .setCheckedAt(now)
                                        .build()))
                .build();
    }

    private ServiceSignal signal(String service, String instance, Instant startedAt) {
        return ServiceSignal.newBuilder()
                .setService(service)
                .setInstance(instance)
                .setAt(now)
                .setSlots(service.equals(ServiceNames.WORKER) ? 2 : 0)
                .setGauges(Map.of())
                .setVersion("1")
                .setStartedAt(startedAt)
                .build();
    }
}
