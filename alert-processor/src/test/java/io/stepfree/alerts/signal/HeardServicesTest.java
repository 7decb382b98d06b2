package io.stepfree.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.alerts.TestStores;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class HeardServicesTest {

    private final KeyValueStore<String, Long> marks = TestStores.ofText(Serdes.Long());
    private long now = 1_000_000_000;
    private HeardServices services = new HeardServices(marks, now);

    @Test
    void whatFellSilentWhileWeWereAwayIsKnownAfterARestart() {
        hear("scan-scheduler");
        hear("alert-processor");
        pass(Duration.ofMinutes(5));
        services = new HeardServices(marks, now);
        hear("alert-processor");

        assertThat(services.levels(now))
                .containsEntry("silence/scan-scheduler", 300.0)
                .containsEntry("silence/alert-processor", 0.0)
                .containsEntry("listening", 0.0);
    }

    @Test
    void whoHearsNobodyIsDeafAndListensAnewAfterwards() {
        hear("scan-scheduler");
        pass(Duration.ofSeconds(9));
        hear("alert-processor");
        assertThat(services.levels(now)).containsEntry("listening", 9.0);
        pass(Duration.ofSeconds(11));
        assertThat(services.levels(now)).isEmpty();

        hear("alert-processor");
        assertThat(services.levels(now))
                .containsEntry("listening", 0.0)
                .containsEntry("silence/scan-scheduler", 20.0);
    }

    @Test
    void whatWasNotHeardForADayWasTakenAway() {
        hear("scan-scheduler");
        pass(Duration.ofHours(25));
        hear("alert-processor");
        assertThat(services.levels(now)).doesNotContainKey("silence/scan-scheduler");

        assertThat(new HeardServices(marks, now).levels(now))
                .containsKey("silence/alert-processor")
                .doesNotContainKey("silence/scan-scheduler");
    }

    @Test
    void afterTheClockWasSetBackSilenceCountsFromThen() {
        hear("scan-scheduler");
        pass(Duration.ofHours(-1));
        services = new HeardServices(marks, now);
        pass(Duration.ofSeconds(5));

        assertThat(services.levels(now)).containsEntry("silence/scan-scheduler", 5.0);
    }

    private void hear(String service) {
        services.hear(service, now);
    }

    private void pass(Duration time) {
        now += time.toMillis();
    }
}
