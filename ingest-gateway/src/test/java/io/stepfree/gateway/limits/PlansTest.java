package io.stepfree.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.problem.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlansTest {

    @Test
    void twoPlansAreThereByThemselves() {
        var plans = Plans.of(Map.of());

        assertThat(plans.names()).containsExactly("standard", "unlimited");
        assertThat(plans.named("standard")).isEqualTo(new Plan("standard", 10L, 20L));
        assertThat(plans.named("unlimited")).isEqualTo(new Plan("unlimited", null, null));
        assertThat(plans.limitingScans()).extracting(Plan::name).containsExactly("standard");
    }

    @Test
    void aPlanThatIsSetTakesThePlaceOfOneThatIsThere() {
        var plans =
                Plans.of(
                        Map.of(
                                "gold", new PlanSettings(1_000L, 100L),
                                "standard", new PlanSettings(50L, null)));

        assertThat(plans.names()).containsExactly("gold", "standard", "unlimited");
        assertThat(plans.named("gold")).isEqualTo(new Plan("gold", 1_000L, 100L));
        assertThat(plans.named("standard"))
                .as("as a whole")
                .isEqualTo(new Plan("standard", 50L, null));
    }

    @Test
    void aPlanThatThereIsNotIsToldWithThoseThatThereAre() {
        var plans = Plans.of(Map.of());

        assertThat(plans.find("gold")).isEmpty();
        assertThatThrownBy(() -> plans.named("gold"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("'gold'")
                .hasMessageContaining("stepfree.gateway.plans.gold.scans-per-hour")
                .hasMessageContaining("standard, unlimited");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Gold",
                "1st",
                "-gold",
                "go/ld",
                "go ld",
                "a2345678901234567890123456789012x"
            })
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> Plans.of(Map.of(name, new PlanSettings(1L, 1L))))
                .hasMessageContaining("stepfree.gateway.plans." + name)
                .hasMessageContaining("small letters");
    }

    @ParameterizedTest
    @CsvSource({
        "gold, 0, , scans-per-hour 0 is not between 1 and 1000000",
        "gold, 1000001, , scans-per-hour 1000001",
        "gold, , -1, requests-per-second -1 is not between 1 and 100000",
        "gold, 5, 100001, requests-per-second 100001",
        "gold, , , sets neither scans-per-hour nor requests-per-second; set one",
        "unlimited, 5, , scans-per-hour 5: this plan has no limits",
        "unlimited, , 5, requests-per-second 5: this plan has no limits"
    })
    void aLimitThatCannotBeIsRefusedWithTheCure(
            String name, @Nullable Long scans, @Nullable Long requests, String message) {
        assertThatThrownBy(() -> Plans.of(Map.of(name, new PlanSettings(scans, requests))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("stepfree.gateway.plans." + name)
                .hasMessageContaining(message);
    }
}
