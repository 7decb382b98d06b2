package io.stepfree.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.schemas.ops.HealthState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The worker as it is started: what it looks at, and what it is not ready without. */
final class ProcessorServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theBrowserIsLookedAtAndTheWorkerIsNotReadyWithoutIt() {
        try (var kafka = TestKafka.start();
                var worker =
                        ServiceApplication.run(
                                "scan-processor",
                                ProcessorApplication.class,
                                ServiceArguments.of(
                                        kafka,
                                        TestRegistry.shared(),
                                        "--stepfree.browser.slots=1"))) {
            var board = worker.getBean(HealthBoard.class);

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(board.all())
                                    .filteredOn(health -> health.name().equals("browser"))
                                    .singleElement()
                                    .satisfies(browser -> {
                                        assertThat(browser.needed()).isTrue();
                                        assertThat(browser.finding().state())
                                                .isEqualTo(HealthState.UP);
                                        assertThat(browser.finding().detail())
                                                .isEqualTo("The browser runs.");
                                    }));
        }
    }
}
