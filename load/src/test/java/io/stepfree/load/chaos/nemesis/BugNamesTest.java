package io.stepfree.load.chaos.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.planted.PlantedBug;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class BugNamesTest {

    @Test
    void theServicesKnowEachBugByTheSameName() {
        assertThat(Arrays.stream(PlantedBug.values()).map(Enum::name))
                .containsExactlyElementsOf(Arrays.stream(Bug.values()).map(Enum::name).toList());
    }
}
