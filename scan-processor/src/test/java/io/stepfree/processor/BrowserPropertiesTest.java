package io.stepfree.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class BrowserPropertiesTest {

    @Test
    void aTenthOfTheMachineIsKeptFromTheBrowser() {
        assertThat(withCores(0).maxCores())
                .isCloseTo(Runtime.getRuntime().availableProcessors() * 0.9, within(0.001));
        assertThat(withCores(1.5).maxCores()).isEqualTo(1.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.1, 10_001, Double.NaN})
    void coresThatNoBrowserCanLiveWithAreRefused(double cores) {
        assertThatThrownBy(() -> withCores(cores))
                .hasMessageContaining("stepfree.browser.max-cores " + cores);
    }

    private static BrowserProperties withCores(double cores) {
        return new BrowserProperties(
                0, "", "", true, 500, DataSize.ofMegabytes(800), cores, Duration.ofSeconds(30));
    }
}
