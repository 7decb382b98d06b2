package io.stepfree.platform.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MadeScanIdTest {

    private static final String SITE = "01890a5d-ac96-774b-bcce-b302099a8057";
    private static final Instant MOMENT = Instant.parse("2023-06-30T03:34:18.518Z");

    @Test
    void theSameNameAtTheSameMomentHasTheSameIdInEveryVersion() {
        assertThat(MadeScanId.of(MOMENT, SITE + "\nhttps://shop.example/a"))
                .as("what is under way has such an id")
                .isEqualTo("01890a5d-ac96-7c03-857f-7575b71c8881");
        assertThat(MadeScanId.of(MOMENT, SITE + "\nhttps://shop.example/b"))
                .isNotEqualTo(MadeScanId.of(MOMENT, SITE + "\nhttps://shop.example/a"));
    }

    @Test
    void anIdIsOfVersionSevenAndTellsItsMoment() {
        String id = MadeScanId.of(MOMENT, "a name");

        assertThat(UUID.fromString(id).version()).isEqualTo(7);
        assertThat(UUID.fromString(id).variant()).isEqualTo(2);
        assertThat(MadeScanId.moment(id)).isEqualTo(MOMENT);
        assertThat(MadeScanId.moment(SITE)).isEqualTo(MOMENT);
    }
}
