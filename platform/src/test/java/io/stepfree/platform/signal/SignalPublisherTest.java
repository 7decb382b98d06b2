package io.stepfree.platform.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.BreakerProperties;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.kafka.RunningPlatform;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalPublisherTest {

    private static final SignalSource TWO_SLOTS =
            new SignalSource() {
                @Override
                public int slots() {
                    return 2;
                }

                @Override
                public Map<String, Double> gauges() {
                    return Map.of();
                }
            };

    @Test
    void theLastWordOfOneThatIsToldToStopSaysSo(@TempDir Path state) {
        try (var kafka = TestKafka.start();
                var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
                var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_SIGNALS)) {
            var signals = publisher(platform);
            signals.start();
            await().until(() -> !probe.values().isEmpty());
            assertThat(probe.values()).noneMatch(ServiceSignal::getStopping);
            assertThat(probe.values().getFirst().getSlots()).isEqualTo(2);

            signals.stop();

            List<ServiceSignal> heard = probe.values();
            assertThat(heard.getLast().getStopping()).isTrue();
            assertThat(heard.getLast().getSlots()).isZero();
            assertThat(heard).filteredOn(ServiceSignal::getStopping).hasSize(1);
        }
    }

    @Test
    void aBrokerThatIsGoneDoesNotHoldUpTheStop(@TempDir Path state) {
        var kafka = TestKafka.start();
        try (var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state)) {
            var signals = publisher(platform);
            try (var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_SIGNALS)) {
                signals.start();
                await().until(() -> !probe.values().isEmpty());
            } finally {
                kafka.close();
            }

            long begin = System.nanoTime();
            signals.stop();

            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("well within the ten seconds that a record may take")
                    .isLessThan(Duration.ofSeconds(7));
            assertThat(signals.isRunning()).isFalse();
        }
    }

    private static SignalPublisher publisher(RunningPlatform platform) {
        return new SignalPublisher(
                new ServiceIdentity("scan-processor", "worker-1", "1", Instant.EPOCH),
                List.of(TWO_SLOTS),
                new ProcessGauges(new SimpleMeterRegistry()),
                new ProcessHealth(
                        new HealthBoard(List.of(), InstantSource.system(), _ -> {}),
                        new Breakers(
                                new BreakerProperties(true, 5, Duration.ofSeconds(30), 2, Map.of()),
                                new SimpleMeterRegistry(),
                                Clock.systemUTC())),
                platform.publisher(),
                Clock.systemUTC());
    }
}
