package io.stepfree.platform.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PlantedBugTest {

    @Test
    void withoutTheAllowanceOfTheEnvironmentNoBugIsPlanted() {
        assertThat(PlantedBug.read("no-fencing", null)).isEmpty();
        assertThat(PlantedBug.read("no-fencing", "")).isEmpty();
        assertThat(PlantedBug.read("no-fencing", "true")).isEmpty();
        assertThat(PlantedBug.read("nonsense", null)).isEmpty();
    }

    @Test
    void theAllowanceAlonePlantsNothing() {
        assertThat(PlantedBug.read(null, "yes")).isEmpty();
        assertThat(PlantedBug.read(" ", "yes")).isEmpty();
    }

    @Test
    void bothTogetherPlantTheNamedBug() {
        assertThat(PlantedBug.read("share-group-at-latest", "yes"))
                .contains(PlantedBug.SHARE_GROUP_AT_LATEST);
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNamesThereAre() {
        assertThatThrownBy(() -> PlantedBug.read("no-fence", "yes"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "stepfree.planted-bug no-fence is not one of acknowledge-before-produce, no-fencing, sink-without-unique-key, share-group-at-latest, dead-letter-after-acknowledge");
    }

    @ParameterizedTest
    @EnumSource
    void noneIsPlantedInThisProcess(PlantedBug bug) {
        assertThat(bug.isPlanted()).isFalse();
    }
}
