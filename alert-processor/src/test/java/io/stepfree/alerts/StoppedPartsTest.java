package io.stepfree.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.health.Health;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.recovery.Recoveries;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator can have started anew here, and what the service is not ready without. */
class StoppedPartsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theReadersOfEachReceiverAndTheTopologyAreStartedAnewAndTheTopologyIsNeeded() {
        try (var kafka = TestKafka.start();
                var service =
                        ServiceApplication.run(
                                "alert-processor",
                                AlertApplication.class,
                                ServiceArguments.of(
                                        kafka,
                                        TestRegistry.shared(),
                                        "--stepfree.alerts.webhook.address=http://127.0.0.1:9/hook",
                                        "--stepfree.alerts.webhook.secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="))) {
            var recoveries = service.getBean(Recoveries.class);
            assertThat(recoveries.recover("consumers", "a test").orElseThrow())
                    .contains("alert-processor-webhook")
                    .contains("serviceOrders");
            assertThat(recoveries.recover("streams", "a test"))
                    .contains("The topology was started anew. (a test)");

            var board = service.getBean(HealthBoard.class);
            await().atMost(PATIENCE)
                    .until(() ->
                            board.all().stream()
                                    .filter(one -> one.name().equals("streams"))
                                    .anyMatch(Health::needed));
        }
    }
}
